using System.Globalization;
using System.Text;
using System.Text.Json;
using Hops.Guard.Calibration;
using Hops.Cli.Measuring;
using Hops.Cli.Output;

namespace Hops.Cli.Calibrating;

/// <summary>A calibration as one object, for machines: <c>docs/calibration.schema.json</c>. Fields are only ever added.</summary>
internal static class CalibrationJson
{
    private const int Schema = 1;

    public static string Format(HopCalibration calibration, IReadOnlyList<Measurement> inside, IReadOnlyList<Measurement> outside)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", Schema);
            json.WriteString("time", DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("verdict", KebabCase.Of(calibration.Verdict));
            if (calibration.MinimumHops is { } minimum)
            {
                json.WriteNumber("minimumHops", minimum);
            }

            Write(json, "farthestInside", calibration.FarthestInside);
            Write(json, "nearestOutside", calibration.NearestOutside);
            Write(json, "fewestMisjudged", calibration.FewestMisjudged);
            Write(json, "noneLetThrough", calibration.NoneLetThrough);
            Write(json, "notCounted", calibration.NotCounted);
            Write(json, "inside", inside);
            Write(json, "outside", outside);
            json.WriteStartArray("findings");
            foreach (string line in calibration.Findings)
            {
                json.WriteStringValue(line);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter json, string name, CalibrationTarget? target)
    {
        if (target is not null)
        {
            json.WriteNumber(name, target.Distance!.Value.Hops);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, MinimumJudgement? judgement)
    {
        if (judgement is null)
        {
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("minimumHops", judgement.MinimumHops);
        Write(json, "letThrough", judgement.LetThrough);
        Write(json, "refused", judgement.Refused);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<CalibrationTarget> targets)
    {
        json.WriteStartArray(name);
        foreach (CalibrationTarget target in targets)
        {
            json.WriteStringValue(target.Name);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<Measurement> measurements)
    {
        json.WriteStartArray(name);
        foreach (Measurement measurement in measurements)
        {
            json.WriteRawValue(JsonReport.Format(measurement));
        }

        json.WriteEndArray();
    }
}
