namespace Hops.Guard.Calibration;

/// <summary>
/// Represents a calibration: which minimum distance separates inside from outside, according to targets whose location is known. Targets with an unknown or
/// implausible distance do not count.
/// </summary>
public sealed class HopCalibration
{
    /// <summary>Initializes a new calibration from measured targets.</summary>
    /// <param name="inside">Targets that a guard must refuse.</param>
    /// <param name="outside">Targets that a guard must allow.</param>
    public HopCalibration(IEnumerable<CalibrationTarget> inside, IEnumerable<CalibrationTarget> outside)
    {
        Inside = [.. inside];
        Outside = [.. outside];
        FarthestInside = Inside.Where(static target => target.IsCounted).MaxBy(Hops);
        NearestOutside = Outside.Where(static target => target.IsCounted).MinBy(Hops);
        Verdict = FarthestInside is null || NearestOutside is null ? CalibrationVerdict.TooFew
            : Hops(NearestOutside) > Hops(FarthestInside) ? CalibrationVerdict.Separate
            : CalibrationVerdict.Overlap;
        if (Verdict != CalibrationVerdict.TooFew)
        {
            // Of minimums that misjudge equally many, the one that allows fewer inside targets, then the lower one.
            FewestMisjudged = Enumerable.Range(1, HopDistance.MaximumPlausibleHops)
                .Select(Judge)
                .MinBy(static judgement => (judgement.Misjudged, judgement.LetThrough.Count, judgement.MinimumHops));
        }
    }

    /// <summary>Gets the inside targets, in the order in which they were given.</summary>
    public IReadOnlyList<CalibrationTarget> Inside { get; }

    /// <summary>Gets the outside targets, in the order in which they were given.</summary>
    public IReadOnlyList<CalibrationTarget> Outside { get; }

    /// <summary>Gets whether a minimum separates inside from outside.</summary>
    public CalibrationVerdict Verdict { get; }

    /// <summary>Gets the farthest inside target; null if none counts.</summary>
    public CalibrationTarget? FarthestInside { get; }

    /// <summary>Gets the nearest outside target; null if none counts.</summary>
    public CalibrationTarget? NearestOutside { get; }

    /// <summary>
    /// Gets the proposed minimum: one more than the distance of the farthest inside target, from 1 to 35. Null if inside and outside are not separate, because
    /// a minimum that misjudges a target is never proposed. Check <see cref="NotCounted"/> as well: the proposal ignores those targets.
    /// </summary>
    public int? MinimumHops => Verdict == CalibrationVerdict.Separate ? FewestMisjudged!.MinimumHops : null;

    /// <summary>
    /// Gets the minimum that misjudges the fewest targets, and those targets (none if inside and outside are separate). Null if too few targets count.
    /// </summary>
    public MinimumJudgement? FewestMisjudged { get; }

    /// <summary>
    /// Gets the lowest minimum that refuses all inside targets that count, and the outside targets that it refuses as well. Null if too few targets count, or
    /// no minimum is high enough.
    /// </summary>
    public MinimumJudgement? NoneLetThrough =>
        Verdict != CalibrationVerdict.TooFew && Hops(FarthestInside!) < HopDistance.MaximumPlausibleHops ? Judge(Hops(FarthestInside!) + 1) : null;

    /// <summary>Gets the targets whose distance is unknown or implausible, inside before outside. A guard refuses them, whatever its minimum.</summary>
    public IReadOnlyList<CalibrationTarget> NotCounted => [.. Inside.Concat(Outside).Where(static target => !target.IsCounted)];

    /// <summary>Gets the verdict with its numbers, and the targets that a minimum would misjudge, as lines of text.</summary>
    public IReadOnlyList<string> Findings => [.. CalibrationText.Findings(this)];

    /// <summary>
    /// Gets the proposal as options of a guard to paste, in C# and as a section of <c>appsettings.json</c>, as lines of text. Empty if no minimum is proposed.
    /// </summary>
    public IReadOnlyList<string> OptionsToPaste => MinimumHops is { } hops ? [.. CalibrationText.OptionsToPaste(hops)] : [];

    /// <summary>Returns the targets that a guard with the given minimum would misjudge.</summary>
    /// <param name="minimumHops">The minimum: from 1 to 35.</param>
    /// <exception cref="ArgumentOutOfRangeException">The minimum is out of range.</exception>
    public MinimumJudgement Judge(int minimumHops)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumHops, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minimumHops, HopDistance.MaximumPlausibleHops);
        return new(
            minimumHops,
            [.. Inside.Where(target => target.IsCounted && Hops(target) >= minimumHops)],
            [.. Outside.Where(target => target.IsCounted && Hops(target) < minimumHops)]);
    }

    /// <summary>Returns a full report as lines of text: both distributions on one scale, the findings, the options to paste.</summary>
    public override string ToString() => string.Join(Environment.NewLine, CalibrationText.All(this));

    private static int Hops(CalibrationTarget target) => target.Distance!.Value.Hops;
}
