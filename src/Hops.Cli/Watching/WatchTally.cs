using Hops.Cli.Output;
using Hops.Host.Watching;
using Spectre.Console;

namespace Hops.Cli.Watching;

/// <summary>How many connections there were, at which distance.</summary>
internal sealed class WatchTally
{
    private readonly SortedDictionary<int, int> _byHops = [];
    private int _implausible;
    private int _unknown;

    public int Count { get; private set; }

    public void Add(WatchedConnection connection)
    {
        Count++;
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
            _byHops[distance.Hops] = _byHops.GetValueOrDefault(distance.Hops) + 1;
        }
    }

    public string Sentence(long lost) =>
        $"{Count} connections, {_unknown} of unknown and {_implausible} of implausible distance; {lost} records lost"
        + (lost > 0 ? ", because they came too fast." : ".");

    /// <summary>A bar for each distance, on standard output.</summary>
    public void WriteHistogram(Streams streams)
    {
        BarChart chart = new() { Width = 72 };
        foreach ((int hops, int count) in _byHops)
        {
            chart.AddItem(hops == 1 ? "1 hop" : $"{hops} hops", count, Color.Default);
        }

        if (_implausible > 0)
        {
            chart.AddItem("implausible", _implausible, Color.Default);
        }

        if (_unknown > 0)
        {
            chart.AddItem("unknown", _unknown, Color.Default);
        }

        if (Count > 0)
        {
            streams.OutputConsole.Write(chart);
            streams.OutputConsole.WriteLine();
        }
    }
}
