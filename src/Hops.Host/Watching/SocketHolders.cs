using System.Globalization;

namespace Hops.Host.Watching;

/// <summary>
/// Finds the processes that hold sockets, and the network namespaces that sockets may be in, in <c>/proc</c>, as far as this process may read it.
/// </summary>
internal sealed class SocketHolders
{
    // By the socket's inode.
    private readonly Dictionary<uint, int> _processes = [];
    private readonly Dictionary<string, string> _namespaces = NetworkNamespaces.OfMounts();

    private SocketHolders()
    {
    }

    /// <summary>A file for each network namespace, with which it can be entered. A socket may be in another namespace than its process.</summary>
    public IEnumerable<string> Namespaces => _namespaces.Values;

    public static SocketHolders Read()
    {
        SocketHolders holders = new();
        foreach (int process in Processes.All())
        {
            if (Processes.LinkOf($"/proc/{process}/ns/net") is { } own)
            {
                holders._namespaces.TryAdd(own, $"/proc/{process}/ns/net");
            }

            foreach ((string file, string target) in Processes.DescriptorsOf(process))
            {
                holders.Add(process, file, target);
            }
        }

        return holders;
    }

    /// <summary>Returns the process that has a socket: the oldest of several, since children inherit sockets.</summary>
    public ListenerOwner? OwnerOf(uint socket, uint user, bool withCommand) =>
        _processes.TryGetValue(socket, out int process) ? new(process, user, withCommand ? Processes.CommandOf(process) : null) : null;

    private void Add(int process, string file, string target)
    {
        if (target.StartsWith("net:[", StringComparison.Ordinal))
        {
            _namespaces.TryAdd(target, file);
        }
        else if (target.StartsWith("socket:[", StringComparison.Ordinal)
            && uint.TryParse(target.AsSpan(8..^1), NumberStyles.None, CultureInfo.InvariantCulture, out uint socket)
            && (!_processes.TryGetValue(socket, out int other) || Processes.StartOf(process) < Processes.StartOf(other)))
        {
            _processes[socket] = process;
        }
    }
}
