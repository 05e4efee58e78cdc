using System.Net.Sockets;
using Hops.Host.Sockets;

namespace Hops.Host.Watching;

/// <summary>The TCP connections that are there when a watch starts, by their cookies: what packets of theirs do not tell.</summary>
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

    /// <summary>Those of this thread's network namespace. The kernel lets nobody connect from where somebody listens: such a connection came in.</summary>
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
    /// <param name="IsIncoming">Whether somebody listens where it came to; else it is not known which end opened it.</param>
    /// <param name="Owner">The process that has it, if that is known.</param>
    public sealed record Entry(ulong NetworkNamespace, bool IsIncoming, ListenerOwner? Owner);
}
