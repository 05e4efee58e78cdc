namespace Hops.GuardedClient;

/// <summary>What came of an errand. One line of JSON.</summary>
/// <param name="Startup">Why the host did not start; null if it did.</param>
/// <param name="Log">What the guard logged.</param>
/// <param name="Fetches">One for each URL.</param>
public sealed record Report(string? Startup, IReadOnlyList<string> Log, IReadOnlyList<Fetch> Fetches);
