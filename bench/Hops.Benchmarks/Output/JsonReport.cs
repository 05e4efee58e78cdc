using System.Text;
using System.Text.Json;
using Hops.Benchmarks.Connecting;

namespace Hops.Benchmarks.Output;

/// <summary>An object a line, for machines.</summary>
internal static class JsonReport
{
    public static void Write(IEnumerable<ConnectResult> results)
    {
        foreach (ConnectResult result in results)
        {
            Console.WriteLine(Format(result));
        }
    }

    private static string Format(ConnectResult result)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("variant", result.Variant);
            json.WriteString("mode", JsonNamingPolicy.CamelCase.ConvertName(result.Mode.ToString()));
            json.WriteNumber("nsPerConnection", Math.Round(result.Nanoseconds.Median));
            json.WriteNumber("nsLowerQuartile", Math.Round(result.Nanoseconds.Lower));
            json.WriteNumber("nsUpperQuartile", Math.Round(result.Nanoseconds.Upper));
            json.WriteNumber("ratioToPlain", Math.Round(result.Ratio.Median, 4));
            json.WriteNumber("ratioLowerQuartile", Math.Round(result.Ratio.Lower, 4));
            json.WriteNumber("ratioUpperQuartile", Math.Round(result.Ratio.Upper, 4));
            json.WriteNumber("rounds", result.Rounds);
            if (result.AllocatedBytes is { } allocated)
            {
                json.WriteNumber("allocatedBytesPerConnection", Math.Round(allocated, 1));
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
