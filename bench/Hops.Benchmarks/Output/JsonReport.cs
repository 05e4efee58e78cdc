using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hops.Benchmarks.Output;

/// <summary>Prints one JSON object per line.</summary>
internal static class JsonReport
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(Report report)
    {
        foreach (Measurement measurement in report.Measurements)
        {
            Console.WriteLine(Format(report, measurement));
        }
    }

    private static string Format(Report report, Measurement measurement)
    {
        string perOperation = $"Per{char.ToUpperInvariant(report.Operation[0])}{report.Operation[1..]}";
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("benchmark", report.Benchmark);
            json.WriteString("variant", measurement.Variant);
            json.WriteString(report.GroupedBy, measurement.Group);
            json.WriteNumber($"ns{perOperation}", Math.Round(measurement.Nanoseconds.Median, 2));
            json.WriteNumber("nsLowerQuartile", Math.Round(measurement.Nanoseconds.Lower, 2));
            json.WriteNumber("nsUpperQuartile", Math.Round(measurement.Nanoseconds.Upper, 2));
            json.WriteNumber("perSecond", Math.Round(measurement.OperationsPerSecond));
            if (measurement.Ratio is { } ratio)
            {
                string reference = report.Measurements.First(m => m.Group == measurement.Group).Variant;
                json.WriteString("reference", reference);
                json.WriteNumber("ratio", Math.Round(ratio.Median, 4));
                json.WriteNumber("ratioLowerQuartile", Math.Round(ratio.Lower, 4));
                json.WriteNumber("ratioUpperQuartile", Math.Round(ratio.Upper, 4));
            }

            if (report.ShowsDifferences && measurement.Difference is { } difference)
            {
                json.WriteNumber("nsMore", Math.Round(difference.Median, 2));
                json.WriteNumber("nsMoreLowerQuartile", Math.Round(difference.Lower, 2));
                json.WriteNumber("nsMoreUpperQuartile", Math.Round(difference.Upper, 2));
            }

            json.WriteNumber("rounds", measurement.Rounds);
            if (measurement.AllocatedBytes is { } allocated)
            {
                json.WriteNumber($"allocatedBytes{perOperation}", Math.Round(allocated, 3));
            }

            if (measurement.AllocationRatio is { } allocationRatio)
            {
                json.WriteNumber("allocationRatio", Math.Round(allocationRatio, 4));
            }

            if (measurement.LostPercent is { } lost)
            {
                json.WriteNumber("lostPercent", Math.Round(lost, 3));
            }

            WriteOthers(json, measurement);
            WriteLimits(json, measurement);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void WriteOthers(Utf8JsonWriter json, Measurement measurement)
    {
        if (measurement.Figures.Count > 0)
        {
            json.WriteStartArray("figures");
            foreach (Figure figure in measurement.Figures)
            {
                json.WriteStartObject();
                json.WriteString("quantity", figure.Quantity);
                json.WriteNumber(figure.IsTime ? "ns" : "median", Math.Round(figure.Value.Median, 2));
                json.WriteNumber("lowerQuartile", Math.Round(figure.Value.Lower, 2));
                json.WriteNumber("upperQuartile", Math.Round(figure.Value.Upper, 2));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (measurement.Answers.Count > 0)
        {
            json.WriteStartObject("answers");
            foreach ((string answer, int times) in measurement.Answers)
            {
                json.WriteNumber(answer, times);
            }

            json.WriteEndObject();
        }
    }

    private static void WriteLimits(Utf8JsonWriter json, Measurement measurement)
    {
        if (measurement.Limits.Count == 0)
        {
            return;
        }

        json.WriteStartArray("limits");
        foreach (Limit limit in measurement.Limits)
        {
            json.WriteStartObject();
            json.WriteString("quantity", limit.Quantity);
            json.WriteNumber(limit.IsLeast ? "atLeast" : "atMost", limit.Bound);
            json.WriteBoolean("met", limit.IsMetBy(measurement));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
