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
        if (measurement is { Reading: { } reading, Distance: { } distance })
        {
            string notes = string.Join(", ", Notes(measurement, reading, distance));
            streams.WriteResult(
                "[+]",
                distance.IsPlausible && !tally.IsTooNear(measurement) ? Color.Green : Color.Yellow,
                $"TTL distance to {TargetParser.Printable(measurement.Target)} {reading.RemoteEndPoint} is {distance.Hops} ({notes})");
        }
        else if (!options.Quiet)
        {
            streams.WriteMessage("[!]", Color.Red, $"{TargetParser.Printable(measurement.Target)}: {measurement.Failure!.Message}");
        }
    }

    private IEnumerable<string> Notes(Measurement measurement, Reading reading, HopDistance distance)
    {
        yield return KebabCase.Of(reading.Source);
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
            string time = string.Create(CultureInfo.InvariantCulture, $"{reading.Time.TotalMilliseconds:0.0##} ms");
            yield return reading.Source switch
            {
                HopSource.Datagram => $"answered in {time}",
                HopSource.MinimumTtl => $"measured in {time} with {reading.Connections} connections",
                _ => $"connected in {time}",
            };
        }

        if (options.Count > 1)
        {
            yield return $"attempt {measurement.Attempt}";
        }
    }
}
