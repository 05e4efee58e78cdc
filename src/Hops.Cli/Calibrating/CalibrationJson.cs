using Hops.Cli.Measuring;
using Hops.Cli.Output;
using Hops.Guard.Calibration;

namespace Hops.Cli.Calibrating;

/// <summary>A calibration as one object, for machines: <c>docs/calibration.schema.json</c>.</summary>
internal static class CalibrationJson
{
    private const int Schema = 1;

    public static string Format(HopCalibration calibration, IReadOnlyList<Measurement> inside, IReadOnlyList<Measurement> outside) => JsonLine.Of(json =>
    {
        json.Add("schema", Schema);
        json.Add("time", DateTimeOffset.UtcNow);
        json.Add("verdict", KebabCase.Of(calibration.Verdict));
        json.Add("minimumHops", calibration.MinimumHops);
        json.Add("farthestInside", calibration.FarthestInside?.Distance!.Value.Hops);
        json.Add("nearestOutside", calibration.NearestOutside?.Distance!.Value.Hops);
        AddJudgement(json, "fewestMisjudged", calibration.FewestMisjudged);
        AddJudgement(json, "noneLetThrough", calibration.NoneLetThrough);
        json.Add("notCounted", Names(calibration.NotCounted));
        json.Add("inside", inside, MeasurementJson.Add);
        json.Add("outside", outside, MeasurementJson.Add);
        json.Add("findings", calibration.Findings);
    });

    private static void AddJudgement(JsonLine json, string name, MinimumJudgement? judgement)
    {
        if (judgement is not null)
        {
            json.Add(name, fields =>
            {
                fields.Add("minimumHops", judgement.MinimumHops);
                fields.Add("letThrough", Names(judgement.LetThrough));
                fields.Add("refused", Names(judgement.Refused));
            });
        }
    }

    private static IEnumerable<string> Names(IEnumerable<CalibrationTarget> targets) => targets.Select(static target => target.Name);
}
