using Hops.Host.Watching;

namespace Hops.Cli.Watching.Top;

/// <summary>How many connections there were at which distance.</summary>
internal sealed class TopDistances
{
    private readonly long[] _byHops = new long[byte.MaxValue + 1];
    private long _implausible;
    private long _unknown;

    public long Connections { get; private set; }

    public void Add(WatchedConnection connection)
    {
        if (connection.Event is not (ConnectionEvent.Opened or ConnectionEvent.Existing))
        {
            return;
        }

        Connections++;
        if (connection.Distance is not { } distance)
        {
            _unknown++;
        }
        else if (!distance.IsPlausible)
        {
            _implausible++;
        }
        else
        {
            _byHops[distance.Hops]++;
        }
    }

    /// <summary>A bar for each distance that was measured, or for some neighbouring ones together, and for those that were not.</summary>
    /// <param name="most">The most bars; none at all where these are too few to tell distances and what is unknown apart.</param>
    public IReadOnlyList<TopBar> Bars(int most)
    {
        List<TopBar> others = [];
        if (_implausible > 0)
        {
            others.Add(new("implausible", _implausible));
        }

        if (_unknown > 0)
        {
            others.Add(new("unknown", _unknown));
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

    private List<TopBar> Together(int distances)
    {
        List<TopBar> bars = [];
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
