using Hops.Cli.Measuring;
using Hops.Cli.Output;
using Hops.Diagnosis;
using Hops.Host.Watching;

namespace Hops.Cli.Diagnosing;

/// <summary>The diagnosis as one object, for machines: <c>docs/doctor.schema.json</c>.</summary>
internal static class DoctorJson
{
    private const int Schema = 1;

    public static string Format(
        HopDiagnosis diagnosis, IReadOnlyDictionary<KernelSide, string?> watch, IReadOnlyList<Measurement> targets, string? suspicion) =>
        JsonLine.Of(json => Add(json, diagnosis, watch, targets, suspicion));

    private static void Add(
        JsonLine json, HopDiagnosis diagnosis, IReadOnlyDictionary<KernelSide, string?> watch, IReadOnlyList<Measurement> targets, string? suspicion)
    {
        json.Add("schema", Schema);
        json.Add("time", DateTimeOffset.UtcNow);
        json.Add("verdict", KebabCase.Of(diagnosis.Verdict));
        json.Add("sources", diagnosis.Sources, AddCheck);
        json.Add("advice", Advice.For(diagnosis));
        json.Add("facts", facts =>
        {
            foreach (HopFact fact in diagnosis.Facts)
            {
                facts.Add(fact.Name, fact.Value);
            }
        });
        json.Add("watch", watch, static (side, check) =>
        {
            side.Add("side", KebabCase.Of(check.Key));
            side.Add("works", check.Value is null);
            side.Add("reason", check.Value);
        });
        if (targets.Count > 0)
        {
            json.Add("targets", targets, MeasurementJson.Add);
        }

        json.Add("suspicion", suspicion);
    }

    private static void AddCheck(JsonLine json, HopSourceCheck check)
    {
        json.Add("source", SourceName.Of(check.Source));
        json.Add("works", check.Works);
        json.Add("families", check.Families, AddFamily);
        if (check.Reason is not null)
        {
            json.Add("reason", check.Reason);
            json.Add("remedies", Advice.For(check));
        }
    }

    private static void AddFamily(JsonLine json, HopFamilyCheck check)
    {
        json.Add("family", FamilyName.Of(check.Family));
        json.Add("outcome", KebabCase.Of(check.Outcome));
        json.Add("receivedTtl", check.Distance?.ReceivedTtl);
        json.Add("initialTtl", check.Distance?.InitialTtl);
        json.Add("hops", check.Distance?.Hops);
        json.Add("reason", check.Reason);
    }
}
