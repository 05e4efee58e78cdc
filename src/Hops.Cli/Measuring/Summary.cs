using Spectre.Console;

namespace Hops.Cli.Measuring;

/// <summary>Prints the summary at the end of a run: the number of results at each distance, as bars.</summary>
internal static class Summary
{
    private const int WidestChart = 72;

    public static void Draw(IAnsiConsole console, Tally tally)
    {
        BarChart chart = new() { Width = Math.Min(WidestChart, console.Profile.Width) };
        foreach ((int hops, long count) in tally.Distances)
        {
            chart.AddItem(hops == 1 ? "1 hop" : $"{hops} hops", count, Color.Green);
        }

        AddOther(chart, "implausible", tally.Implausible, Color.Yellow);
        AddOther(chart, "no distance", tally.Failed, Color.Red);
        console.WriteLine();
        console.Write(chart);
        console.WriteLine($"{tally.Total} results, {tally.Total - tally.Failed} measured");
    }

    private static void AddOther(BarChart chart, string label, long count, Color color)
    {
        if (count > 0)
        {
            chart.AddItem(label, count, color);
        }
    }
}
