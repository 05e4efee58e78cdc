namespace Hops.Diagnosis;

/// <summary>Whether a source works in this process: proven by a loopback connection, not concluded from settings.</summary>
/// <param name="Source">The source.</param>
/// <param name="Families">What it measured, a family each; empty where it could not be opened.</param>
/// <param name="Reason">Why it does not work: a sentence without its full stop; null when it works.</param>
/// <param name="Remedies">What would change that, the best first. Empty when it works, or nothing is wrong that could be changed.</param>
public sealed record HopSourceCheck(HopSource Source, IReadOnlyList<HopFamilyCheck> Families, string? Reason, IReadOnlyList<HopRemedy> Remedies)
{
    /// <summary>Whether it measured right over each of its families that this host has, and over one at least.</summary>
    public bool Works => Reason is null;
}
