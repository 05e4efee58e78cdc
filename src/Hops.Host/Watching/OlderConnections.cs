using System.Net.Sockets;
using Hops.Host.Sockets;

namespace Hops.Host.Watching;

/// <summary>Has the TCP connections that exist when a watch starts, by their cookies, with the properties that cannot be read from their packets.</summary>
internal sealed class OlderConnections
{
    private readonly Dictionary<ulong, Entry> _all = [];

    public static OlderConnections Read(SocketHolders holders, bool withCommands)
    {
        OlderConnections connections = new();
        foreach (string file in holders.Namespaces)
        {
            foreach ((ulong network, SocketDump.Entry socket, bool isIncoming) in NetworkNamespaces.Within(file, ReadThis) ?? [])
            {
                connections._all[socket.Cookie] = new(network, isIncoming, holders.OwnerOf(socket.Inode, socket.User, withCommands));
            }
        }

        return connections;
    }

    public Entry? Find(ulong cookie) => _all.GetValueOrDefault(cookie);

    /// <summary>
    /// Adds the connections of this thread's network namespace. A connection whose local port has a listener is incoming, because the kernel lets no process
    /// connect from such a port.
    /// </summary>
    private static List<(ulong Network, SocketDump.Entry Socket, bool IsIncoming)> ReadThis()
    {
        if (NetworkNamespaces.CookieOfThis() is not { } network)
        {
            return [];
        }

        List<SocketDump.Entry> sockets =
        [
            .. SocketDump.Read(AddressFamily.InterNetwork, SocketDump.Established, SocketDump.Listening),
            .. SocketDump.Read(AddressFamily.InterNetworkV6, SocketDump.Established, SocketDump.Listening),
        ];
        HashSet<(UInt128, ushort)> listeners =
            [.. sockets.Where(static socket => socket.State == SocketDump.Listening).Select(static socket => (socket.LocalAddress, socket.LocalPort))];
        return
        [
            .. sockets.Where(static socket => socket.State == SocketDump.Established).Select(socket => (network, socket, CameIn(socket))),
        ];

        bool CameIn(SocketDump.Entry socket) => Listener.AddressesFor(socket.LocalAddress).Any(address => listeners.Contains((address, socket.LocalPort)));
    }

    /// <param name="NetworkNamespace">The cookie of its network namespace.</param>
    /// <param name="IsIncoming">Whether its local port has a listener; otherwise the direction is unknown.</param>
    /// <param name="Owner">The process that has it, if it is known.</param>
    public sealed record Entry(ulong NetworkNamespace, bool IsIncoming, ListenerOwner? Owner);
}
