using Ebpf.SystemCalls;
using Microsoft.Win32.SafeHandles;

namespace Ebpf.Maps;

/// <content>Creating maps, and opening existing ones.</content>
public abstract partial class BpfMap
{
    /// <summary>Creates a map.</summary>
    /// <typeparam name="TKey">
    /// The type of the keys. The kernel compares keys byte by byte, so a structure must have no padding between its fields: lookups would not find their keys.
    /// Arrays need <see cref="uint"/>.
    /// </typeparam>
    /// <typeparam name="TValue">The type of the values.</typeparam>
    /// <param name="type">
    /// The type of the map: <see cref="BpfMapType.Hash"/>, <see cref="BpfMapType.LruHash"/>, <see cref="BpfMapType.LpmTrie"/> or
    /// <see cref="BpfMapType.Array"/>.
    /// </param>
    /// <param name="maxEntries">The maximum number of entries, at least 1.</param>
    /// <param name="flags">Options of the map.</param>
    /// <param name="name">The name that the kernel's tools show: up to 15 ASCII letters, digits, <c>_</c> and <c>.</c>. Linux 4.15.</param>
    /// <exception cref="ArgumentException">Another method creates maps of this type, or the kernel would refuse the name.</exception>
    /// <exception cref="BpfException">The kernel refused: usually the process lacks CAP_BPF.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfMap<TKey, TValue> Create<TKey, TValue>(BpfMapType type, int maxEntries, BpfMapFlags flags = BpfMapFlags.None, string? name = null)
        where TKey : unmanaged
        where TValue : unmanaged => new(MapOrigin.Make(ShapeOf<TKey, TValue>(), type, maxEntries, flags, name));

    /// <summary>
    /// Creates a map that only one program may use. The kernel refuses to load any other program that refers to it, even for root, and to put it into a map of
    /// maps. Linux 6.18.
    /// </summary>
    /// <typeparam name="TKey">The type of the keys. See <see cref="Create"/>.</typeparam>
    /// <typeparam name="TValue">The type of the values.</typeparam>
    /// <param name="type">The type of the map. See <see cref="Create"/>.</param>
    /// <param name="maxEntries">The maximum number of entries, at least 1.</param>
    /// <param name="programHash">
    /// The SHA-256 of the program's instructions with the numbers of maps set to zero: 32 bytes. On these kernels <see cref="Programs.BpfProgramInfo.Tag"/> is
    /// the beginning of this hash.
    /// </param>
    /// <param name="flags">Options of the map.</param>
    /// <param name="name">The name of the map. See <see cref="Create"/>.</param>
    /// <exception cref="ArgumentException">
    /// The hash is not 32 bytes long, another method creates maps of this type, or the kernel would refuse the name.
    /// </exception>
    /// <exception cref="BpfException">The kernel refused: it is older than 6.18, or the process lacks CAP_BPF.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfMap<TKey, TValue> CreateExclusive<TKey, TValue>(
        BpfMapType type, int maxEntries, ReadOnlySpan<byte> programHash, BpfMapFlags flags = BpfMapFlags.None, string? name = null)
        where TKey : unmanaged
        where TValue : unmanaged => programHash.Length == 32
            ? new(MapOrigin.Make(ShapeOf<TKey, TValue>(), type, maxEntries, flags, name, programHash))
            : throw new ArgumentException($"A SHA-256 has 32 bytes, and this has {programHash.Length}.", nameof(programHash));

    /// <summary>Creates a map with a value for each processor, so that programs on different processors do not write to the same value.</summary>
    /// <typeparam name="TKey">The type of the keys. See <see cref="Create"/>.</typeparam>
    /// <typeparam name="TValue">The type of the value of one processor.</typeparam>
    /// <param name="type"><see cref="BpfMapType.PerCpuHash"/>, <see cref="BpfMapType.LruPerCpuHash"/> or <see cref="BpfMapType.PerCpuArray"/>.</param>
    /// <param name="maxEntries">The maximum number of entries, at least 1.</param>
    /// <param name="flags">Options of the map.</param>
    /// <param name="name">The name of the map. See <see cref="Create"/>.</param>
    /// <exception cref="ArgumentException">Another method creates maps of this type, or the kernel would refuse the name.</exception>
    /// <exception cref="BpfException">The kernel refused: usually the process lacks CAP_BPF.</exception>
    /// <exception cref="IOException">The number of possible processors is unknown, because sysfs is not mounted.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfPerCpuMap<TKey, TValue> CreatePerCpu<TKey, TValue>(
        BpfMapType type, int maxEntries, BpfMapFlags flags = BpfMapFlags.None, string? name = null)
        where TKey : unmanaged
        where TValue : unmanaged => new(MapOrigin.Make(PerCpuShapeOf<TKey, TValue>(), type, maxEntries, flags, name));

    /// <summary>
    /// Opens a pinned map, and checks its type and sizes, because any user with write permission for the folder can pin another object there.
    /// </summary>
    /// <typeparam name="TKey">The type of the keys, with the size of the map's keys.</typeparam>
    /// <typeparam name="TValue">The type of the values, with the size of the map's values.</typeparam>
    /// <param name="path">The path of the pin.</param>
    /// <param name="access">The requested access, which the permissions of the pin must allow.</param>
    /// <exception cref="BpfException">
    /// The kernel refused, or the pin is not a map with keys and values of these sizes. The message names both sizes.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfMap<TKey, TValue> OpenPinned<TKey, TValue>(string path, BpfMapAccess access = BpfMapAccess.ReadWrite)
        where TKey : unmanaged
        where TValue : unmanaged => new(MapOrigin.OpenPinned(ShapeOf<TKey, TValue>(), path, access));

    /// <summary>Opens a map by its id (<see cref="BpfMapInfo.Id"/>). Linux 4.13, with CAP_SYS_ADMIN.</summary>
    /// <typeparam name="TKey">The type of the keys, with the size of the map's keys.</typeparam>
    /// <typeparam name="TValue">The type of the values, with the size of the map's values.</typeparam>
    /// <param name="id">The map's id.</param>
    /// <param name="access">The requested access.</param>
    /// <exception cref="BpfException">The kernel refused, or the map has keys or values of other sizes. The message names both sizes.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfMap<TKey, TValue> OpenById<TKey, TValue>(uint id, BpfMapAccess access = BpfMapAccess.ReadWrite)
        where TKey : unmanaged
        where TValue : unmanaged => new(MapOrigin.OpenById(ShapeOf<TKey, TValue>(), id, access));

    /// <summary>
    /// Takes ownership of a map's descriptor that this process inherited, or received over a Unix socket, and checks it as <see cref="OpenPinned"/> does. Works
    /// also if <c>bpf(2)</c> is forbidden (the map's name is then unknown).
    /// </summary>
    /// <typeparam name="TKey">The type of the keys, with the size of the map's keys.</typeparam>
    /// <typeparam name="TValue">The type of the values, with the size of the map's values.</typeparam>
    /// <param name="descriptor">The descriptor. The map owns it after the call; it is closed also if this method throws.</param>
    /// <exception cref="ArgumentException">The handle is closed or invalid.</exception>
    /// <exception cref="BpfException">The descriptor is not that of a map with keys and values of these sizes. The message names both sizes.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfMap<TKey, TValue> FromDescriptor<TKey, TValue>(SafeFileHandle descriptor)
        where TKey : unmanaged
        where TValue : unmanaged => new(MapOrigin.Adopt(ShapeOf<TKey, TValue>(), FileDescriptor.TakeOver(descriptor)));

    /// <summary>Opens a pinned per-CPU map. See <see cref="OpenPinned"/>.</summary>
    /// <exception cref="BpfException">
    /// The kernel refused, or the pin is not a per-CPU map with keys and values of these sizes. The message names both sizes.
    /// </exception>
    /// <exception cref="IOException">The number of possible processors is unknown, because sysfs is not mounted.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfPerCpuMap<TKey, TValue> OpenPinnedPerCpu<TKey, TValue>(string path, BpfMapAccess access = BpfMapAccess.ReadWrite)
        where TKey : unmanaged
        where TValue : unmanaged => new(MapOrigin.OpenPinned(PerCpuShapeOf<TKey, TValue>(), path, access));

    /// <summary>Opens a per-CPU map by its id. See <see cref="OpenById"/>.</summary>
    /// <exception cref="BpfException">The kernel refused, or the map has keys or values of other sizes. The message names both sizes.</exception>
    /// <exception cref="IOException">The number of possible processors is unknown, because sysfs is not mounted.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfPerCpuMap<TKey, TValue> OpenByIdPerCpu<TKey, TValue>(uint id, BpfMapAccess access = BpfMapAccess.ReadWrite)
        where TKey : unmanaged
        where TValue : unmanaged => new(MapOrigin.OpenById(PerCpuShapeOf<TKey, TValue>(), id, access));
}
