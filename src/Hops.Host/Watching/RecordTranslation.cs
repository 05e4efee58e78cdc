using System.Diagnostics;
using System.Runtime.CompilerServices;
using Hops.Host.Programs;

namespace Hops.Host.Watching;

/// <summary>Translates the kernel's records into connections: adds names of processes and cgroups, and leaves out unreliable values.</summary>
internal sealed class RecordTranslation
{
    private readonly WatchMaps _maps;
    private readonly CgroupHierarchy _cgroups;
    private readonly HostWatchOptions _options;
    private readonly ListenerOwners _listeners = new();
    private readonly OlderConnections? _older;
    private ulong _lostListeners;

    private RecordTranslation(WatchMaps maps, CgroupHierarchy cgroups, HostWatchOptions options)
    {
        _maps = maps;
        _cgroups = cgroups;
        _options = options;
        bool withIncoming = options.Direction != ConnectionDirection.Outgoing;
        if (withIncoming || options.WithExisting)
        {
            SocketHolders holders = SocketHolders.Read();
            if (withIncoming)
            {
                OlderListeners.Add(_listeners, holders, options.WithCommands);
            }

            _older = options.WithExisting ? OlderConnections.Read(holders, options.WithCommands) : null;
        }
    }

    /// <summary>Creates a translation with the connections and listeners that exist now.</summary>
    public static RecordTranslation Start(WatchMaps maps, CgroupHierarchy cgroups, HostWatchOptions options) => new(maps, cgroups, options);

    /// <returns>Null for a record that is not of a connection, or of one in a direction that was not asked for.</returns>
    public WatchedConnection? Read(in ConnectionRecord record) => record.Kind switch
    {
        ConnectionRecordKind.Bound => Learn(record),
        ConnectionRecordKind.Older => ReadOlder(record),
        ConnectionRecordKind.Outgoing => Read(
            record, ConnectionDirection.Outgoing, record.Network, record.Process == 0 ? null : new((int)record.Process, record.User, CommandOf(record))),
        _ => Read(record, ConnectionDirection.Incoming, record.Network, OwnerOf(record)),
    };

    private WatchedConnection? Learn(in ConnectionRecord record)
    {
        _listeners.Add(ListenerOf(record), new((int)record.Process, record.User, CommandOf(record)));
        return null;
    }

    private WatchedConnection? ReadOlder(in ConnectionRecord record)
    {
        OlderConnections.Entry? known = _older?.Find(record.Cookie);
        ConnectionDirection? direction = known is { IsIncoming: true } ? ConnectionDirection.Incoming : null;
        return _options.Direction is { } only && direction is { } other && only != other
            ? null
            : Read(record, direction, known?.NetworkNamespace ?? 0, known?.Owner);
    }

    private WatchedConnection Read(in ConnectionRecord record, ConnectionDirection? direction, ulong network, ListenerOwner? owner)
    {
        string? cgroup = record.Cgroup == 0 ? null : _cgroups.PathOf(record.Cgroup);
        return new()
        {
            Event = EventOf(record.Event),
            Time = record.TimeOfDay,
            Direction = direction,
            LocalEndPoint = record.LocalEndPoint,
            RemoteEndPoint = record.RemoteEndPoint,
            Cookie = record.Cookie,
            NetworkNamespace = network == 0 ? null : network,
            Distance = DistanceOf(record.Ttl),
            FormerDistance = record.Event == ConnectionRecordEvent.Drifted ? DistanceOf(record.FormerTtl) : null,
            IsReset = record.Reset != 0,
            IsSubflow = record.Subflow == 0 ? null : record.Subflow == 2,
            RoundTrip = TimeOf(record.RoundTrip, record.Kind),
            ProcessId = owner?.ProcessId,
            UserId = owner?.UserId,
            Command = owner?.Command,
            CgroupId = record.Cgroup == 0 ? null : record.Cgroup,
            Cgroup = cgroup,
            CgroupName = cgroup is null ? new() : _cgroups.NameOf(cgroup),
            End = record.Event == ConnectionRecordEvent.Closed ? EndOf(record) : null,
        };
    }

    private static ConnectionEvent EventOf(ConnectionRecordEvent happened) => happened switch
    {
        ConnectionRecordEvent.Existing => ConnectionEvent.Existing,
        ConnectionRecordEvent.Closed => ConnectionEvent.Closed,
        ConnectionRecordEvent.Drifted => ConnectionEvent.Drifted,
        _ => ConnectionEvent.Opened,
    };

    private static WatchedEnd EndOf(in ConnectionRecord record) => new()
    {
        Duration = Stopwatch.GetElapsedTime((long)record.Opened, (long)record.Time),
        // The counts of a socket without a handshake may not begin at zero.
        BytesSent = Math.Max(record.Sent, 0),
        BytesReceived = Math.Max(record.Received, 0),
        SmallestRoundTrip = TimeOf(record.ShortestRoundTrip, record.Kind),
        Retransmissions = record.Retransmissions,
    };

    private static HopDistance? DistanceOf(byte ttl) => ttl == 0 ? null : HopDistance.FromReceivedTtl(ttl);

    /// <summary>
    /// Returns the process that accepts a connection. If a record of a bound port was lost, all known owners are removed, because they may have changed.
    /// </summary>
    private ListenerOwner? OwnerOf(in ConnectionRecord record)
    {
        if (_maps.Lost[0].Bound is var lost && lost != _lostListeners)
        {
            _lostListeners = lost;
            _listeners.Clear();
        }

        return _listeners.Find(ListenerOf(record));
    }

    /// <summary>
    /// Returns the round trip; null for whole milliseconds of an incoming connection. With SYN cookies the kernel takes the time of the SYN+ACK from its time
    /// stamp, which has whole milliseconds, with other data in its lowest bits (<c>cookie_init_timestamp</c>).
    /// </summary>
    private static TimeSpan? TimeOf(uint roundTrip, ConnectionRecordKind kind) =>
        roundTrip != 0 && (kind == ConnectionRecordKind.Outgoing || roundTrip % 1000 != 0) ? TimeSpan.FromMicroseconds(roundTrip) : null;

    private static Listener ListenerOf(in ConnectionRecord record) =>
        new(record.Network, Unsafe.BitCast<ConnectionRecord.AddressBytes, UInt128>(record.Local), record.LocalPort);

    /// <summary>Returns the command that the kernel reported, or otherwise that of <c>/proc</c>, while the process exists.</summary>
    private string? CommandOf(in ConnectionRecord record) =>
        _options.WithCommands ? record.CommandText ?? Processes.CommandOf((int)record.Process) : null;
}
