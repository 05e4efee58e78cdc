namespace Ebpf.Maps;

/// <content>Creating and opening maps of maps and of sockets.</content>
public abstract partial class BpfMap
{
    /// <summary>Creates a map of maps. Linux 4.12.</summary>
    /// <typeparam name="TKey">The type of the keys: <see cref="uint"/> for arrays.</typeparam>
    /// <param name="type"><see cref="BpfMapType.ArrayOfMaps"/> or <see cref="BpfMapType.HashOfMaps"/>.</param>
    /// <param name="template">
    /// A map with the type, sizes and flags, and for arrays the length, of the maps that will be values. It does not become a value, and may be disposed after
    /// the call.
    /// </param>
    /// <param name="maxEntries">The maximum number of maps, at least 1.</param>
    /// <param name="name">As for <see cref="Create"/>.</param>
    /// <exception cref="ArgumentException">Another method creates maps of this type, or the kernel would refuse the name.</exception>
    /// <exception cref="BpfException"> The kernel refused: maps of the template's type cannot be values, or the process lacks CAP_BPF. </exception>
    /// <exception cref="ObjectDisposedException">The template was disposed.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfMapOfMaps<TKey> CreateMapOfMaps<TKey>(BpfMapType type, BpfMap template, int maxEntries, string? name = null)
        where TKey : unmanaged
    {
        ArgumentNullException.ThrowIfNull(template);
        return new(MapOrigin.Make(ShapeOfOuter<TKey>(), type, maxEntries, BpfMapFlags.None, name, template: template));
    }

    /// <summary>Creates a map of sockets.</summary>
    /// <typeparam name="TKey">The type of the keys: <see cref="uint"/> for all but <see cref="BpfMapType.SockHash"/>.</typeparam>
    /// <param name="type"><see cref="BpfMapType.SockMap"/>, <see cref="BpfMapType.SockHash"/> or <see cref="BpfMapType.ReusePortSockArray"/>.</param>
    /// <param name="maxEntries">The maximum number of sockets, at least 1.</param>
    /// <param name="name">As for <see cref="Create"/>.</param>
    /// <exception cref="ArgumentException">Another method creates maps of this type, or the kernel would refuse the name.</exception>
    /// <exception cref="BpfException">
    /// The kernel refused: usually the process lacks CAP_BPF, or, for all but <see cref="BpfMapType.ReusePortSockArray"/>, CAP_NET_ADMIN.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfSocketMap<TKey> CreateSocketMap<TKey>(BpfMapType type, int maxEntries, string? name = null)
        where TKey : unmanaged => new(MapOrigin.Make(ShapeOfSockets<TKey>(), type, maxEntries, BpfMapFlags.None, name));

    /// <summary>Opens a pinned map of maps. See <see cref="OpenPinned"/>.</summary>
    /// <exception cref="BpfException">The kernel refused, or the pin is not a map of maps with such keys.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfMapOfMaps<TKey> OpenPinnedMapOfMaps<TKey>(string path, BpfMapAccess access = BpfMapAccess.ReadWrite)
        where TKey : unmanaged => new(MapOrigin.OpenPinned(ShapeOfOuter<TKey>(), path, access));

    /// <summary>Opens a map of maps by its id. See <see cref="OpenById"/>.</summary>
    /// <exception cref="BpfException">The kernel refused, or the map is of another type or has other keys.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfMapOfMaps<TKey> OpenByIdMapOfMaps<TKey>(uint id, BpfMapAccess access = BpfMapAccess.ReadWrite)
        where TKey : unmanaged => new(MapOrigin.OpenById(ShapeOfOuter<TKey>(), id, access));

    /// <summary>Opens a pinned map of sockets. See <see cref="OpenPinned"/>.</summary>
    /// <exception cref="BpfException">The kernel refused, or the pin is not a map of sockets with such keys.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfSocketMap<TKey> OpenPinnedSocketMap<TKey>(string path, BpfMapAccess access = BpfMapAccess.ReadWrite)
        where TKey : unmanaged => new(MapOrigin.OpenPinned(ShapeOfSockets<TKey>(), path, access));

    /// <summary>Opens a map of sockets by its id. See <see cref="OpenById"/>.</summary>
    /// <exception cref="BpfException">The kernel refused, or the map is of another type or has other keys.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfSocketMap<TKey> OpenByIdSocketMap<TKey>(uint id, BpfMapAccess access = BpfMapAccess.ReadWrite)
        where TKey : unmanaged => new(MapOrigin.OpenById(ShapeOfSockets<TKey>(), id, access));
}
