using System.Text;
using Hops.Cli.Measuring;
using Hops.Cli.Output;
using Hops.Diagnosis;
using Hops.Host.Guarding;
using Hops.Host.Watching;

namespace Hops.Cli.Diagnosing;

/// <summary>Formats the diagnosis as one JSON object: <c>docs/doctor.schema.json</c>.</summary>
internal static class DoctorJson
{
    private const int Schema = 1;

    public static string Format(
        HopDiagnosis diagnosis,
        IReadOnlyDictionary<KernelSide, string?> watch,
        HostGuardCheck guard,
        IReadOnlyList<Measurement> targets,
        string? suspicion) =>
        JsonLine.Of(json => Add(json, diagnosis, watch, guard, targets, suspicion));

    private static void Add(
        JsonLine json,
        HopDiagnosis diagnosis,
        IReadOnlyDictionary<KernelSide, string?> watch,
        HostGuardCheck guard,
        IReadOnlyList<Measurement> targets,
        string? suspicion)
    {
        json.Add("schema"u8, Schema);
        json.Add("time"u8, DateTimeOffset.UtcNow);
        json.Add("verdict"u8, KebabCase.Of(diagnosis.Verdict));
        json.Add("sources"u8, diagnosis.Sources, AddCheck);
        json.Add("advice"u8, Advice.For(diagnosis));
        json.Add("facts"u8, facts =>
        {
            foreach (HopFact fact in diagnosis.Facts)
            {
                facts.Add(Encoding.UTF8.GetBytes(fact.Name), fact.Value);
            }
        });
        json.Add("watch"u8, watch, static (side, check) =>
        {
            side.Add("side"u8, KebabCase.Of(check.Key));
            side.Add("works"u8, check.Value is null);
            side.Add("reason"u8, check.Value);
        });
        json.Add("guard"u8, check =>
        {
            check.Add("works"u8, guard.Works);
            check.Add("reason"u8, guard.Reason);
            if (guard.Works)
            {
                check.Add("endsConnections"u8, guard.EndsConnections);
            }

            if (guard.TimeToError is { } time)
            {
                check.Add("refusalMilliseconds"u8, time);
            }
        });
        if (targets.Count > 0)
        {
            json.Add("targets"u8, targets, MeasurementJson.Add);
        }

        json.Add("suspicion"u8, suspicion);
    }

    private static void AddCheck(JsonLine json, HopSourceCheck check)
    {
        json.Add("source"u8, SourceName.Of(check.Source));
        json.Add("works"u8, check.Works);
        json.Add("families"u8, check.Families, AddFamily);
        if (check.Reason is not null)
        {
            json.Add("reason"u8, check.Reason);
            json.Add("remedies"u8, Advice.For(check));
        }
    }

    private static void AddFamily(JsonLine json, HopFamilyCheck check)
    {
        json.Add("family"u8, FamilyName.Of(check.Family));
        json.Add("outcome"u8, KebabCase.Of(check.Outcome));
        json.Add("receivedTtl"u8, check.Distance?.ReceivedTtl);
        json.Add("initialTtl"u8, check.Distance?.InitialTtl);
        json.Add("hops"u8, check.Distance?.Hops);
        json.Add("reason"u8, check.Reason);
    }
}
