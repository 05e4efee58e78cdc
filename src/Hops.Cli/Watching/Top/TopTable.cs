using System.Net;
using System.Net.Sockets;
using Hops.Cli.Output;
using Hops.Cli.Watching.Distances;
using Hops.Host.Watching;

namespace Hops.Cli.Watching.Top;

/// <summary>Represents all seen connections, by network and by process. One thread adds connections while another draws.</summary>
/// <param name="nameOf">Returns the name of a remote end, if it is known; must not block.</param>
internal sealed class TopTable(Func<IPAddress, string?> nameOf)
{
    /// <summary>The maximum number of rows of networks, and of processes.</summary>
    public const int MaximumGroups = 4096;

    private const int Ipv4Prefix = 24;
    private const int Ipv6Prefix = 48;

    private readonly Lock _lock = new();
    private readonly TopGroups<IPNetwork> _networks = new(NetworkOf, static network => $"{network}");
    private readonly TopGroups<(int? Id, string? Command)> _processes =
        new(static connection => (connection.ProcessId, connection.Command), static process => LabelOf(process.Id, process.Command));
    private readonly DistanceCounts _distances = new();
    private long _seen;

    /// <summary>Gets the number of additions. While it is unchanged, only ages and names can change.</summary>
    public long Seen => Volatile.Read(ref _seen);

    public void Add(WatchedConnection connection)
    {
        lock (_lock)
        {
            _networks.Add(connection);
            _processes.Add(connection);
            _distances.Add(connection);
            _seen++;
        }
    }

    /// <param name="view">The rows to show, and their order.</param>
    /// <param name="rows">The maximum number of rows.</param>
    /// <param name="bars">The maximum number of bars.</param>
    public TopSnapshot Take(TopView view, int rows, int bars)
    {
        lock (_lock)
        {
            bool byNetwork = view.Grouping == TopGrouping.Networks;
            IReadOnlyCollection<TopGroup> groups = byNetwork ? _networks.Groups : _processes.Groups;
            return new()
            {
                Rows = [.. Sorted(groups, view.Sort).Take(rows).Select(group => RowOf(group, byNetwork))],
                Groups = groups.Count,
                Forgotten = byNetwork ? _networks.Forgotten : _processes.Forgotten,
                Connections = _distances.Connections,
                Bars = _distances.Bars(bars),
            };
        }
    }

    private static IEnumerable<TopGroup> Sorted(IReadOnlyCollection<TopGroup> groups, TopSort sort) => (sort switch
    {
        TopSort.Connections => groups.OrderByDescending(static group => group.Connections),
        TopSort.Distance => groups.OrderBy(static group => group.Nearest ?? int.MaxValue),
        TopSort.Bytes => groups.OrderByDescending(static group => group.Sent + group.Received ?? -1),
        TopSort.LastSeen => groups.OrderByDescending(static group => group.LastSeen),
        _ => throw new ArgumentOutOfRangeException(nameof(sort), sort, null),
    }).ThenBy(static group => group.Number);

    private TopRow RowOf(TopGroup group, bool withName) => new()
    {
        Label = group.Label,
        Name = withName && group.LastAddress is { } address ? nameOf(address) : null,
        Connections = group.Connections,
        Nearest = group.Nearest,
        Farthest = group.Farthest,
        Unknown = group.Unknown,
        Sent = group.Sent,
        Received = group.Received,
        LastSeen = group.LastSeen,
    };

    private static IPNetwork NetworkOf(WatchedConnection connection)
    {
        IPAddress address = connection.RemoteEndPoint.Address;
        int prefix = address.AddressFamily == AddressFamily.InterNetwork ? Ipv4Prefix : Ipv6Prefix;
        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(prefix / 8).Clear();
        return new(new IPAddress(bytes), prefix);
    }

    private static string LabelOf(int? process, string? command) => process is null ? "-" : $"{TerminalText.Escape(command ?? "")}[{process}]";
}
