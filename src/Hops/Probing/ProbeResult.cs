namespace Hops.Probing;

/// <summary>What probing connections told.</summary>
/// <param name="Outcome">Whether there is a distance, or why not.</param>
/// <param name="Distance">The distance; null unless it was measured.</param>
/// <param name="Connections">How many connections it took.</param>
public readonly record struct ProbeResult(ProbeOutcome Outcome, HopDistance? Distance, int Connections);
