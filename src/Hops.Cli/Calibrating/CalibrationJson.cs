using Hops.Cli.Measuring;
using Hops.Cli.Output;
using Hops.Guard.Calibration;

namespace Hops.Cli.Calibrating;

/// <summary>Formats a calibration as one JSON object: <c>docs/calibration.schema.json</c>.</summary>
internal static class CalibrationJson
{
    private const int Schema = 1;

    public static string Format(HopCalibration calibration, IReadOnlyList<Measurement> inside, IReadOnlyList<Measurement> outside) => JsonLine.Of(json =>
    {
        json.Add("schema"u8, Schema);
        json.Add("time"u8, DateTimeOffset.UtcNow);
        json.Add("verdict"u8, KebabCase.Of(calibration.Verdict));
        json.Add("minimumHops"u8, calibration.MinimumHops);
        json.Add("farthestInside"u8, calibration.FarthestInside?.Distance!.Value.Hops);
        json.Add("nearestOutside"u8, calibration.NearestOutside?.Distance!.Value.Hops);
        AddJudgement(json, "fewestMisjudged"u8, calibration.FewestMisjudged);
        AddJudgement(json, "noneLetThrough"u8, calibration.NoneLetThrough);
        json.Add("notCounted"u8, Names(calibration.NotCounted));
        json.Add("inside"u8, inside, MeasurementJson.Add);
        json.Add("outside"u8, outside, MeasurementJson.Add);
        json.Add("findings"u8, calibration.Findings);
    });

    private static void AddJudgement(JsonLine json, ReadOnlySpan<byte> name, MinimumJudgement? judgement)
    {
        if (judgement is not null)
        {
            json.Add(name, fields =>
            {
                fields.Add("minimumHops"u8, judgement.MinimumHops);
                fields.Add("letThrough"u8, Names(judgement.LetThrough));
                fields.Add("refused"u8, Names(judgement.Refused));
            });
        }
    }

    private static IEnumerable<string> Names(IEnumerable<CalibrationTarget> targets) => targets.Select(static target => target.Name);
}
