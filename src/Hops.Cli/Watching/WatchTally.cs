using Hops.Cli.Output;
using Hops.Cli.Watching.Distances;
using Hops.Host.Watching;
using Spectre.Console;

namespace Hops.Cli.Watching;

/// <summary>Counts the totals of a watch, which are printed at its end.</summary>
internal sealed class WatchTally
{
    private readonly DistanceCounts _distances = new();

    public void Add(WatchedConnection connection) => _distances.Add(connection);

    public string Sentence(long lost) =>
        $"{_distances.Connections} connections, {_distances.Unknown} of unknown and {_distances.Implausible} of implausible distance; {lost} records lost"
        + (lost > 0 ? ", because they came too fast." : ".");

    /// <summary>Prints a bar for each distance on standard output.</summary>
    public void WriteHistogram(Streams streams)
    {
        if (_distances.Connections == 0)
        {
            return;
        }

        BarChart chart = new() { Width = 72 };
        foreach (DistanceBar bar in _distances.Bars(int.MaxValue))
        {
            chart.AddItem(bar.Label, bar.Connections, Color.Default);
        }

        streams.OutputConsole.Write(chart);
        streams.OutputConsole.WriteLine();
    }
}
