using Hops.Host.Watching;

namespace Hops.Cli.Watching.Distances;

/// <summary>Counts connections by distance.</summary>
internal sealed class DistanceCounts
{
    private readonly long[] _byHops = new long[byte.MaxValue + 1];

    public long Connections { get; private set; }

    public long Implausible { get; private set; }

    public long Unknown { get; private set; }

    /// <summary>Returns whether a connection is reported for the first time: one that ended or drifted was counted when it was established.</summary>
    public static bool IsNew(WatchedConnection connection) => connection.Event is ConnectionEvent.Opened or ConnectionEvent.Existing;

    /// <summary>Counts a connection that is reported for the first time.</summary>
    public void Add(WatchedConnection connection)
    {
        if (!IsNew(connection))
        {
            return;
        }

        Connections++;
        if (connection.Distance is not { } distance)
        {
            Unknown++;
        }
        else if (!distance.IsPlausible)
        {
            Implausible++;
        }
        else
        {
            _byHops[distance.Hops]++;
        }
    }

    /// <summary>Returns a bar for each measured distance, or for several neighbouring ones together, and for unknown distances.</summary>
    /// <param name="most">The maximum number of bars; if it is too small for both distances and unknown ones, there are none.</param>
    public IReadOnlyList<DistanceBar> Bars(int most)
    {
        List<DistanceBar> others = [];
        if (Implausible > 0)
        {
            others.Add(new("implausible", Implausible));
        }

        if (Unknown > 0)
        {
            others.Add(new("unknown", Unknown));
        }

        for (int together = 1; most > others.Count; together++)
        {
            if (Together(together) is var bars && bars.Count + others.Count <= most)
            {
                return [.. bars, .. others];
            }
        }

        return [];
    }

    private List<DistanceBar> Together(int distances)
    {
        List<DistanceBar> bars = [];
        for (int first = 0; first < _byHops.Length; first += distances)
        {
            int last = Math.Min(first + distances, _byHops.Length) - 1;
            long count = _byHops.AsSpan(first..(last + 1)).ToArray().Sum();
            if (count > 0)
            {
                bars.Add(new(first == last ? first == 1 ? "1 hop" : $"{first} hops" : $"{first}–{last} hops", count));
            }
        }

        return bars;
    }
}
