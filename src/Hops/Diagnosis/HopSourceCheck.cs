namespace Hops.Diagnosis;

/// <summary>Represents the result of testing, with loopback connections, whether a source works in this process.</summary>
/// <param name="Source">The source.</param>
/// <param name="Families">The result for each address family; empty if the source could not be opened.</param>
/// <param name="Reason">The reason why it does not work, as a sentence without its full stop; null if it works.</param>
/// <param name="Remedies">The remedies, in order of preference. Empty if it works, or if nothing can be done.</param>
public sealed record HopSourceCheck(HopSource Source, IReadOnlyList<HopFamilyCheck> Families, string? Reason, IReadOnlyList<HopRemedy> Remedies)
{
    /// <summary>Gets whether the source measured the right distance over each of its families that this host has, and over at least one.</summary>
    public bool Works => Reason is null;
}
