using Hops.Host.Watching;

namespace Hops.Host.Learning;

/// <summary>
/// The distances at which a host's connections usually are: for each direction, network of the other end (IPv4 /24, IPv6 /48; IPv4-mapped is IPv4) and port of
/// the service, the least and the greatest that were seen. The port of outgoing connections is the other end's, that of incoming ones this host's.
/// </summary>
/// <remarks>
/// Unknown and implausible distances are neither learnt nor do they deviate: a host that wants to hide behind those can, since it chooses the TTL that it
/// starts with. Nor is anything learnt but from handshakes (<see cref="ConnectionEvent.Opened"/>), which nobody completes who does not see the packets.
/// <para>
/// At most <see cref="MaximumEntries"/> are kept, in at most 8 MB of memory. Whoever connects to this host from many networks can fill that: what finds no
/// place is counted (<see cref="LeftOut"/>).
/// </para>
/// <para>Thread-safe.</para>
/// </remarks>
public sealed class HopBaseline
{
    /// <summary>How many combinations of direction, network and port are kept.</summary>
    public const int MaximumEntries = 100_000;

    private readonly Dictionary<BaselineKey, LearntRange> _entries = [];
    private readonly Lock _gate = new();
    private long _leftOut;
    private long _changes;

    /// <summary>How many combinations of direction, network and port were learnt.</summary>
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

    /// <summary>How many connections were not learnt, because their network and port would have been one too many.</summary>
    public long LeftOut => Interlocked.Read(ref _leftOut);

    /// <summary>Reads what was learnt, as <see cref="HopBaselineFile"/> writes it.</summary>
    /// <param name="path">A file of this user's own that nobody else can have written or put there.</param>
    /// <exception cref="HopBaselineException">It is not there, cannot be read, is not to be trusted, or is not as it must be.</exception>
    /// <exception cref="ArgumentException">The path is empty, or has a character that no path has.</exception>
    public static HopBaseline Load(string path) => BaselineText.Read(OwnFile.Read(path, BaselineText.MaximumSize), Path.GetFullPath(path));

    /// <summary>Learns the distance of a connection.</summary>
    /// <returns>Whether it was not known before.</returns>
    public bool Add(WatchedConnection connection) =>
        connection is { Event: ConnectionEvent.Opened, Distance: { IsPlausible: true } distance }
        && BaselineKey.Of(connection) is { } key
        && Add(key, distance.Hops);

    /// <summary>Compares a connection with what was learnt.</summary>
    /// <returns>Null where it is as it was learnt, where its distance is unknown or implausible or its direction unknown, and where it is over.</returns>
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

    /// <summary>An entry of a file.</summary>
    /// <returns>Whether there was none for the key.</returns>
    internal bool TryAdd(BaselineKey key, LearntRange range) => _entries.TryAdd(key, range);

    /// <summary>All entries in their order, and a number that is another after each change.</summary>
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
