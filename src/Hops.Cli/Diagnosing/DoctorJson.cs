using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Hops.Cli.Measuring;
using Hops.Cli.Output;
using Hops.Diagnosis;

namespace Hops.Cli.Diagnosing;

/// <summary>The diagnosis as one object, for machines: <c>docs/doctor.schema.json</c>. Fields are only ever added.</summary>
internal static class DoctorJson
{
    private const int Schema = 1;

    public static string Format(HopDiagnosis diagnosis, IReadOnlyList<Measurement> targets, string? suspicion)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", Schema);
            json.WriteString("time", DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("verdict", KebabCase.Of(diagnosis.Verdict));
            json.WriteStartArray("sources");
            foreach (HopSourceCheck check in diagnosis.Sources)
            {
                Write(json, check);
            }

            json.WriteEndArray();
            Write(json, "advice", diagnosis.Advice);
            json.WriteStartObject("facts");
            foreach (HopFact fact in diagnosis.Facts)
            {
                json.WriteString(fact.Name, fact.Value);
            }

            json.WriteEndObject();
            if (targets.Count > 0)
            {
                json.WriteStartArray("targets");
                foreach (Measurement target in targets)
                {
                    json.WriteRawValue(JsonReport.Format(target));
                }

                json.WriteEndArray();
            }

            if (suspicion is not null)
            {
                json.WriteString("suspicion", suspicion);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void Write(Utf8JsonWriter json, HopSourceCheck check)
    {
        json.WriteStartObject();
        json.WriteString("source", SourceName.Of(check.Source));
        json.WriteBoolean("works", check.Works);
        json.WriteStartArray("families");
        foreach (HopFamilyCheck family in check.Families)
        {
            json.WriteStartObject();
            json.WriteString("family", family.Family == AddressFamily.InterNetwork ? "ipv4" : "ipv6");
            json.WriteString("outcome", KebabCase.Of(family.Outcome));
            if (family.Distance is { } distance)
            {
                json.WriteNumber("receivedTtl", distance.ReceivedTtl);
                json.WriteNumber("initialTtl", distance.InitialTtl);
                json.WriteNumber("hops", distance.Hops);
            }

            if (family.Reason is not null)
            {
                json.WriteString("reason", family.Reason);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (check.Reason is not null)
        {
            json.WriteString("reason", check.Reason);
            Write(json, "remedies", check.Remedies);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> lines)
    {
        json.WriteStartArray(name);
        foreach (string line in lines)
        {
            json.WriteStringValue(line);
        }

        json.WriteEndArray();
    }
}
