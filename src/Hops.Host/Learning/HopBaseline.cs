using Hops.Host.Watching;

namespace Hops.Host.Learning;

/// <summary>
/// Represents the usual distances of a host's connections: the least and the greatest one that were seen, for each direction, network of the remote end (IPv4
/// /24, IPv6 /48; IPv4-mapped is IPv4) and port of the service. The port is the remote end's of outgoing connections, and this host's of incoming ones.
/// </summary>
/// <remarks>
/// Unknown and implausible distances are not learnt and do not deviate. So a host can avoid a deviation with an implausible distance, since it chooses its
/// initial TTL. Distances are learnt from handshakes only (<see cref="ConnectionEvent.Opened"/>): completing one requires seeing its packets.
/// <para>
/// At most <see cref="MaximumEntries"/> are kept, in at most 8 MB of memory. Clients from many networks can fill them: connections that are not learnt then
/// are counted (<see cref="LeftOut"/>).
/// </para>
/// <para>Thread-safe.</para>
/// </remarks>
public sealed class HopBaseline
{
    /// <summary>The greatest number of combinations of direction, network and port that are kept.</summary>
    public const int MaximumEntries = 100_000;

    private readonly Dictionary<BaselineKey, LearntRange> _entries = [];
    private readonly Lock _gate = new();
    private long _leftOut;
    private long _changes;

    /// <summary>Gets the number of combinations of direction, network and port that were learnt.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Gets the number of connections that were not learnt, because <see cref="MaximumEntries"/> combinations were kept already.</summary>
    public long LeftOut => Interlocked.Read(ref _leftOut);

    /// <summary>Reads a baseline from a file that <see cref="HopBaselineFile"/> has written.</summary>
    /// <param name="path">A file that belongs to this user, and that no other user but root can write or replace.</param>
    /// <exception cref="HopBaselineException">The file does not exist, cannot be read, cannot be trusted, or is not valid.</exception>
    /// <exception cref="ArgumentException">The path is empty, or has an invalid character.</exception>
    public static HopBaseline Load(string path) => BaselineText.Read(OwnFile.Read(path, BaselineText.MaximumSize), Path.GetFullPath(path));

    /// <summary>Learns the distance of a connection.</summary>
    /// <returns>Whether the baseline changed.</returns>
    public bool Add(WatchedConnection connection) =>
        connection is { Event: ConnectionEvent.Opened, Distance: { IsPlausible: true } distance }
        && BaselineKey.Of(connection) is { } key
        && Add(key, distance.Hops);

    /// <summary>Compares a connection with the learnt distances.</summary>
    /// <returns>
    /// The deviation. Null if the distance is in the learnt range, unknown or implausible, if the direction is unknown, and for
    /// <see cref="ConnectionEvent.Closed"/>.
    /// </returns>
    public HopDeviation? Compare(WatchedConnection connection)
    {
        if (connection is not { Event: not ConnectionEvent.Closed, Distance: { IsPlausible: true } distance } || BaselineKey.Of(connection) is not { } key)
        {
            return null;
        }

        LearntRange learnt;
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out learnt))
            {
                return new() { Kind = HopDeviationKind.New };
            }
        }

        return distance.Hops >= learnt.Least && distance.Hops <= learnt.Most
            ? null
            : new()
            {
                Kind = distance.Hops < learnt.Least ? HopDeviationKind.Nearer : HopDeviationKind.Farther,
                LearntLeast = learnt.Least,
                LearntMost = learnt.Most,
            };
    }

    /// <summary>Adds an entry of a file.</summary>
    /// <returns>False if there is one for the key already.</returns>
    internal bool TryAdd(BaselineKey key, LearntRange range) => _entries.TryAdd(key, range);

    /// <summary>Returns all entries, sorted, and a number that changes with each change.</summary>
    internal (KeyValuePair<BaselineKey, LearntRange>[] Entries, long Changes) Snapshot()
    {
        KeyValuePair<BaselineKey, LearntRange>[] entries;
        long changes;
        lock (_gate)
        {
            entries = [.. _entries];
            changes = _changes;
        }

        Array.Sort(entries, static (one, other) => one.Key.CompareTo(other.Key));
        return (entries, changes);
    }

    private bool Add(BaselineKey key, int hops)
    {
        lock (_gate)
        {
            bool isKnown = _entries.TryGetValue(key, out LearntRange range);
            if (!isKnown && _entries.Count == MaximumEntries)
            {
                Interlocked.Increment(ref _leftOut);
                return false;
            }

            LearntRange wider = isKnown ? range.With(hops) : new((byte)hops, (byte)hops);
            if (isKnown && wider == range)
            {
                return false;
            }

            _entries[key] = wider;
            _changes++;
            return true;
        }
    }
}
