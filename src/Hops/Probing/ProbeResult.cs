namespace Hops.Probing;

/// <summary>Represents the result of a measurement with probing connections.</summary>
/// <param name="Outcome">Whether the distance was measured, or why not.</param>
/// <param name="Distance">The distance; null if it was not measured.</param>
/// <param name="Connections">The number of connections that were made.</param>
public readonly record struct ProbeResult(ProbeOutcome Outcome, HopDistance? Distance, int Connections);
