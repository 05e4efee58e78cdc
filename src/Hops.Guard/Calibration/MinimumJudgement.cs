namespace Hops.Guard.Calibration;

/// <summary>What a guard with a certain minimum would misjudge, of the targets that count.</summary>
/// <param name="MinimumHops">The minimum: what is nearer is refused.</param>
/// <param name="LetThrough">The inside targets that it lets through.</param>
/// <param name="Refused">The outside targets that it refuses.</param>
public sealed record MinimumJudgement(int MinimumHops, IReadOnlyList<CalibrationTarget> LetThrough, IReadOnlyList<CalibrationTarget> Refused)
{
    /// <summary>How many targets it misjudges, both ways.</summary>
    public int Misjudged => LetThrough.Count + Refused.Count;
}
