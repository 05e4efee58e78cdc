namespace Hops.Guard.Calibration;

/// <summary>Represents the targets, of those that count, that a guard with a certain minimum would misjudge.</summary>
/// <param name="MinimumHops">The minimum: nearer targets are refused.</param>
/// <param name="LetThrough">The inside targets that the guard would allow.</param>
/// <param name="Refused">The outside targets that the guard would refuse.</param>
public sealed record MinimumJudgement(int MinimumHops, IReadOnlyList<CalibrationTarget> LetThrough, IReadOnlyList<CalibrationTarget> Refused)
{
    /// <summary>Gets the number of misjudged targets, inside and outside.</summary>
    public int Misjudged => LetThrough.Count + Refused.Count;
}
