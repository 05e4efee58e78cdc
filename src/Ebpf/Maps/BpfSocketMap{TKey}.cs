using System.Net.Sockets;

namespace Ebpf.Maps;

/// <summary>
/// Represents a map whose values are sockets, for programs that choose a socket: <see cref="BpfMapType.SockMap"/> and <see cref="BpfMapType.SockHash"/> for
/// <see cref="Programs.BpfProgramType.SkLookup"/>, <see cref="BpfMapType.ReusePortSockArray"/> for <see cref="Programs.BpfProgramType.SkReuseport"/> and
/// <see cref="Programs.BpfProgramType.SkLookup"/>. A socket is removed from the map when it is closed. <see cref="BpfMap.CreateSocketMap"/> creates such a map.
/// </summary>
/// <typeparam name="TKey">The type of the keys: <see cref="uint"/> for all but <see cref="BpfMapType.SockHash"/>.</typeparam>
public sealed class BpfSocketMap<TKey> : BpfDescriptorMap<TKey>
    where TKey : unmanaged
{
    internal BpfSocketMap(MapOrigin origin)
        : base(origin)
    {
    }

    /// <summary>Sets the socket under a key, replacing a socket that is there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="socket">
    /// A TCP socket that listens or is connected, or a UDP socket; for <see cref="BpfMapType.ReusePortSockArray"/> one that is bound and has
    /// <c>SO_REUSEPORT</c>. The application keeps ownership of it.
    /// </param>
    /// <exception cref="BpfException">
    /// The kernel refused: the socket is of another kind or in another state, the hash table is full, or the index is out of range (<see cref="Errno.E2BIG"/>).
    /// </exception>
    /// <exception cref="ObjectDisposedException">The map or the socket was disposed.</exception>
    public void Set(TKey key, Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        Put(key, socket.SafeHandle, BpfUpdate.Any);
    }

    /// <summary>Gets the cookie of the socket under a key (<c>SO_COOKIE</c>, socket(7)). Linux 5.6.</summary>
    /// <returns>True if there is a socket; otherwise, false.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryGetCookie(TKey key, out ulong cookie) => TryGetNumber(key, out cookie);
}
