using System.Globalization;
using System.Net;
using Hops.Cli.Measuring.Methods;
using Hops.Cli.Output;
using Spectre.Console;

namespace Hops.Cli.Measuring;

/// <summary>Prints each result as a line for people.</summary>
internal sealed class TextReport(Streams streams, Tally tally, MeasureOptions options) : IReport
{
    public void Show(Measurement measurement)
    {
        if (measurement is { Reading: { } reading, Distance: { } distance })
        {
            // Only strings are combined: formatting a number in an interpolated string takes a twentieth of the program's time.
            string hops = distance.Hops.ToString(CultureInfo.InvariantCulture);
            streams.WriteResult(
                "[+]",
                distance.IsPlausible && !tally.IsTooNear(measurement) ? Color.Green : Color.Yellow,
                $"{What(measurement.Target, reading.RemoteEndPoint, hops)} ({Notes(measurement, reading, distance)})");
        }
        else if (!options.Quiet)
        {
            streams.WriteMessage("[!]", Color.Red, $"{TerminalText.Escape(measurement.Target)}: {TerminalText.EscapeAll(measurement.Failure!.Message)}");
        }
    }

    private static string What(string target, IPEndPoint remote, string hops)
    {
        string endPoint = EndPointText.Of(remote);
        string name = TerminalText.Escape(target);
        // Scripts read this form, which is that of the first program of this kind.
        if (target.StartsWith("tcp", StringComparison.OrdinalIgnoreCase) && target.Contains("://", StringComparison.Ordinal))
        {
            return $"TTL distance to {name} {endPoint} is {hops}";
        }

        bool isAddress = target == endPoint || endPoint.StartsWith($"{target}:", StringComparison.Ordinal) || target == EndPointText.Of(remote.Address);
        return $"{name}{(isAddress ? "" : $" ({endPoint})")} is {hops} {(hops == "1" ? "hop" : "hops")} away";
    }

    private string Notes(Measurement measurement, Reading reading, HopDistance distance)
    {
        string notes = SourceName.Of(reading.Source);
        if (!distance.IsPlausible)
        {
            notes += $", implausible: TTL {distance.ReceivedTtl} of {distance.InitialTtl}";
        }
        else if (options.Verbose)
        {
            notes += $", TTL {distance.ReceivedTtl} of {distance.InitialTtl}";
        }

        if (tally.IsTooNear(measurement) && distance.IsPlausible)
        {
            notes += $", nearer than {options.MinimumHops}";
        }

        if (options.Verbose)
        {
            string time = string.Create(CultureInfo.InvariantCulture, $"{reading.Time.TotalMilliseconds:0.0##} ms");
            notes += reading.Source switch
            {
                HopSource.Datagram => $", answered in {time}",
                HopSource.MinimumTtl => $", measured in {time} with {reading.Connections} connections",
                _ => $", connected in {time}",
            };
        }

        return options.Count > 1 ? $"{notes}, attempt {measurement.Attempt}" : notes;
    }
}
