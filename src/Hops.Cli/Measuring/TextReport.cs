using System.Globalization;
using System.Net.Sockets;
using Hops.Cli.Measuring.Methods;
using Hops.Cli.Output;
using Spectre.Console;

namespace Hops.Cli.Measuring;

/// <summary>A line a result, for people.</summary>
internal sealed class TextReport(Streams streams, Tally tally, MeasureOptions options) : IReport
{
    public void Show(Measurement measurement)
    {
        if (measurement is { Reading: { } reading, Distance: { } distance })
        {
            // Of strings alone: a number in an interpolated string, as in an end point's own, is a twentieth of the program's time.
            string hops = distance.Hops.ToString(CultureInfo.InvariantCulture);
            string address = reading.RemoteEndPoint.Address.ToString();
            string port = reading.RemoteEndPoint.Port.ToString(CultureInfo.InvariantCulture);
            string endPoint = reading.RemoteEndPoint.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]:{port}" : $"{address}:{port}";
            streams.WriteResult(
                "[+]",
                distance.IsPlausible && !tally.IsTooNear(measurement) ? Color.Green : Color.Yellow,
                $"TTL distance to {TerminalText.Escape(measurement.Target)} {endPoint} is {hops} ({Notes(measurement, reading, distance)})");
        }
        else if (!options.Quiet)
        {
            streams.WriteMessage("[!]", Color.Red, $"{TerminalText.Escape(measurement.Target)}: {measurement.Failure!.Message}");
        }
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
