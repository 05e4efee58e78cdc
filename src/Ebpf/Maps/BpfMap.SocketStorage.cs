using System.Runtime.CompilerServices;

namespace Ebpf.Maps;

/// <content>Creating and opening maps of values stored with sockets.</content>
public abstract partial class BpfMap
{
    /// <summary>Creates a map that stores a value with each socket. Needs CAP_BPF. Linux 5.2.</summary>
    /// <typeparam name="TValue">The type of the values: up to about 64,000 bytes.</typeparam>
    /// <param name="name">The name that the kernel's tools show: up to 15 ASCII letters, digits, <c>_</c> and <c>.</c>.</param>
    /// <param name="flags"><see cref="BpfMapFlags.CloneToAccepted"/>, or none: such maps have no other options.</param>
    /// <exception cref="ArgumentException">The kernel would refuse the name.</exception>
    /// <exception cref="BpfException">
    /// The kernel refused: usually the process lacks CAP_BPF; a value that is too large is <see cref="Errno.E2BIG"/>.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfSocketStorage<TValue> CreateSocketStorage<TValue>(string? name = null, BpfMapFlags flags = BpfMapFlags.None)
        where TValue : unmanaged => new(SocketStorageOrigin.Make<TValue>(StorageShapeOf<TValue>(), flags, name));

    /// <summary>Opens a pinned map of values stored with sockets. See <see cref="OpenPinned"/>.</summary>
    /// <exception cref="BpfException">The kernel refused, or the pin is not such a map with values of that size. The message names both sizes.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfSocketStorage<TValue> OpenPinnedSocketStorage<TValue>(string path, BpfMapAccess access = BpfMapAccess.ReadWrite)
        where TValue : unmanaged => new(MapOrigin.OpenPinned(StorageShapeOf<TValue>(), path, access));

    /// <summary>Opens a map of values stored with sockets by its id. See <see cref="OpenById"/>.</summary>
    /// <exception cref="BpfException">The kernel refused, or the map has values of another size. The message names both sizes.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfSocketStorage<TValue> OpenByIdSocketStorage<TValue>(uint id, BpfMapAccess access = BpfMapAccess.ReadWrite)
        where TValue : unmanaged => new(MapOrigin.OpenById(StorageShapeOf<TValue>(), id, access));

    private static MapShape StorageShapeOf<TValue>()
        where TValue : unmanaged => new("BpfSocketStorage", sizeof(int), Unsafe.SizeOf<TValue>(), BpfMapType.SocketStorage);
}
