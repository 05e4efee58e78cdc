using System.Globalization;
using Hops.Cli.Measuring;
using Hops.Cli.Targets;
using Spectre.Console;

namespace Hops.Cli.Output;

/// <summary>A line a result, for people.</summary>
internal sealed class TextReport(Streams streams, Tally tally, MeasureOptions options) : IReport
{
    public void Show(Measurement measurement)
    {
        if (measurement.Distance is { } distance)
        {
            string notes = string.Join(", ", Notes(measurement, distance));
            streams.WriteResult(
                "[+]",
                distance.IsPlausible && !tally.IsTooNear(measurement) ? Color.Green : Color.Yellow,
                $"TTL distance to {TargetParser.Printable(measurement.Target)} {measurement.RemoteEndPoint} is {distance.Hops}{(notes.Length == 0 ? "" : $" ({notes})")}");
        }
        else if (!options.Quiet)
        {
            streams.WriteMessage("[!]", Color.Red, $"{TargetParser.Printable(measurement.Target)}: {measurement.Failure!.Message}");
        }
    }

    private IEnumerable<string> Notes(Measurement measurement, HopDistance distance)
    {
        string ttl = $"TTL {distance.ReceivedTtl} of {distance.InitialTtl}";
        if (!distance.IsPlausible)
        {
            yield return $"implausible: {ttl}";
        }
        else if (options.Verbose)
        {
            yield return ttl;
        }

        if (tally.IsTooNear(measurement) && distance.IsPlausible)
        {
            yield return $"nearer than {options.MinimumHops}";
        }

        if (options.Verbose)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"connected in {measurement.ConnectTime.TotalMilliseconds:0.0##} ms");
            yield return $"source {KebabCase.Of(measurement.Source)}";
        }

        if (options.Count > 1)
        {
            yield return $"attempt {measurement.Attempt}";
        }
    }
}
