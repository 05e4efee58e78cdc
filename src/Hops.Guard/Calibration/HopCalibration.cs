namespace Hops.Guard.Calibration;

/// <summary>
/// Which minimum distance tells inside from outside, judged by targets whose location is known. A target whose distance is unknown or implausible
/// does not count: it is neither near nor far.
/// </summary>
public sealed class HopCalibration
{
    /// <summary>Judges what was measured.</summary>
    /// <param name="inside">Targets that a guard must refuse.</param>
    /// <param name="outside">Targets that it must let through.</param>
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
            // Where two misjudge as many, the one that lets fewer of the inside through, then the lower one.
            FewestMisjudged = Enumerable.Range(1, HopDistance.MaximumPlausibleHops)
                .Select(Judge)
                .MinBy(static judgement => (judgement.Misjudged, judgement.LetThrough.Count, judgement.MinimumHops));
        }
    }

    /// <summary>The inside targets, in the order in which they were given.</summary>
    public IReadOnlyList<CalibrationTarget> Inside { get; }

    /// <summary>The outside targets, in the order in which they were given.</summary>
    public IReadOnlyList<CalibrationTarget> Outside { get; }

    /// <summary>Whether there is a minimum that tells them apart.</summary>
    public CalibrationVerdict Verdict { get; }

    /// <summary>The inside target that is the farthest away; null if none counts.</summary>
    public CalibrationTarget? FarthestInside { get; }

    /// <summary>The outside target that is the nearest; null if none counts.</summary>
    public CalibrationTarget? NearestOutside { get; }

    /// <summary>
    /// The minimum that is proposed: one more than the distance of the farthest inside target, from 1 to 35. Null unless inside and outside are separate: a
    /// minimum that misjudges some is never proposed. Look at <see cref="NotCounted"/>, too: the proposal does not take those into account.
    /// </summary>
    public int? MinimumHops => Verdict == CalibrationVerdict.Separate ? FewestMisjudged!.MinimumHops : null;

    /// <summary>The minimum that misjudges the fewest targets, and which: none if inside and outside are separate. Null if too few count.</summary>
    public MinimumJudgement? FewestMisjudged { get; }

    /// <summary>
    /// The lowest minimum that lets no inside target through that counts, and what outside it refuses. Null if too few count, or no minimum is high enough.
    /// </summary>
    public MinimumJudgement? NoneLetThrough =>
        Verdict != CalibrationVerdict.TooFew && Hops(FarthestInside!) < HopDistance.MaximumPlausibleHops ? Judge(Hops(FarthestInside!) + 1) : null;

    /// <summary>The targets whose distance is unknown or implausible, inside before outside. A guard refuses them, whatever its minimum.</summary>
    public IReadOnlyList<CalibrationTarget> NotCounted => [.. Inside.Concat(Outside).Where(static target => !target.IsCounted)];

    /// <summary>The verdict with its numbers, and which targets a minimum would misjudge: lines for people.</summary>
    public IReadOnlyList<string> Findings => [.. CalibrationText.Findings(this)];

    /// <summary>
    /// The proposal as options of a guard, to paste: in C#, and as a section of <c>appsettings.json</c>. Lines for people; none if nothing is proposed.
    /// </summary>
    public IReadOnlyList<string> OptionsToPaste => MinimumHops is { } hops ? [.. CalibrationText.OptionsToPaste(hops)] : [];

    /// <summary>What a guard with a minimum would misjudge.</summary>
    /// <param name="minimumHops">From 1 to 35.</param>
    /// <exception cref="ArgumentOutOfRangeException">No guard has such a minimum.</exception>
    public MinimumJudgement Judge(int minimumHops)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumHops, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minimumHops, HopDistance.MaximumPlausibleHops);
        return new(
            minimumHops,
            [.. Inside.Where(target => target.IsCounted && Hops(target) >= minimumHops)],
            [.. Outside.Where(target => target.IsCounted && Hops(target) < minimumHops)]);
    }

    /// <summary>All of it as plain lines: both distributions on one scale, the findings, the options to paste.</summary>
    public override string ToString() => string.Join(Environment.NewLine, CalibrationText.All(this));

    private static int Hops(CalibrationTarget target) => target.Distance!.Value.Hops;
}
