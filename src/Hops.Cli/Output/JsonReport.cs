using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hops.Cli.Measuring;
using Hops.Cli.Targets;

namespace Hops.Cli.Output;

/// <summary>An object a line, for machines: <c>docs/measurement.schema.json</c>. Fields are only ever added.</summary>
internal sealed class JsonReport(Streams streams) : IReport
{
    private const int Schema = 1;

    // Names stay readable; what could end a line or steer a terminal is escaped all the same.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public void Show(Measurement measurement) => streams.WriteRaw(Format(measurement));

    public static string Format(Measurement measurement)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", Schema);
            json.WriteString("time", measurement.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("target", measurement.Target);
            if (measurement.Reading is { RemoteEndPoint: var remote })
            {
                json.WriteString("address", remote.Address.ToString());
                json.WriteNumber("port", remote.Port);
                json.WriteString("family", remote.AddressFamily == AddressFamily.InterNetwork ? "ipv4" : "ipv6");
            }

            if (measurement.Distance is { } distance)
            {
                json.WriteNumber("receivedTtl", distance.ReceivedTtl);
                json.WriteNumber("initialTtl", distance.InitialTtl);
                json.WriteNumber("hops", distance.Hops);
                json.WriteBoolean("plausible", distance.IsPlausible);
                json.WriteString("source", SourceName.Of(measurement.Reading!.Source));
            }

            json.WriteNumber("attempt", measurement.Attempt);
            if (measurement.Reading is { Time: var time })
            {
                json.WriteNumber("connectMilliseconds", Math.Round(time.TotalMilliseconds, 3));
            }

            if (measurement.Failure is { } failure)
            {
                json.WriteString("error", KebabCase.Of(failure.Kind));
                json.WriteString("message", failure.Remedy is null ? failure.Message : $"{failure.Message}: {failure.Remedy}");
            }

            json.WriteEndObject();
        }

        // What is left of characters that steer a terminal stands in strings, where it can be escaped.
        string line = Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
        return TargetParser.AllPrintable(line) ? line : string.Concat(line.Select(static c => TargetParser.IsPrintable(c) ? c.ToString() : $"\\u{(int)c:x4}"));
    }
}
