using System.Globalization;
using Hops.Benchmarks.Connecting;
using Spectre.Console;

namespace Hops.Benchmarks.Output;

/// <summary>Medians with their quartiles, for people.</summary>
internal static class TableReport
{
    private const int PipeWidth = 120;

    public static void Write(IEnumerable<ConnectResult> results)
    {
        Table table = new Table()
            .Title("What measuring adds to a loopback connection: median (quartiles)")
            .AddColumns("mode", "variant", "µs per connection", "ratio to plain", "rounds", "bytes allocated");
        foreach (ConnectResult result in results)
        {
            table.AddRow(
                $"{result.Mode}".ToLowerInvariant(),
                result.Variant,
                Format(result.Nanoseconds, 1e-3, "0.00"),
                Format(result.Ratio, 1, "0.000"),
                result.Rounds.ToString(CultureInfo.InvariantCulture),
                result.AllocatedBytes?.ToString("0", CultureInfo.InvariantCulture) ?? "");
        }

        // Into a pipe as wide as it needs: there is no terminal to fit.
        AnsiConsole.Profile.Width = Console.IsOutputRedirected ? PipeWidth : AnsiConsole.Profile.Width;
        AnsiConsole.Write(table);
    }

    private static string Format(Quartiles quartiles, double scale, string format)
    {
        string[] numbers = [.. new[] { quartiles.Median, quartiles.Lower, quartiles.Upper }.Select(n => (n * scale).ToString(format, CultureInfo.InvariantCulture))];
        return $"{numbers[0]} ({numbers[1]} – {numbers[2]})";
    }
}
