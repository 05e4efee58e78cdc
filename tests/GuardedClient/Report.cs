namespace Hops.GuardedClient;

/// <summary>The result of an errand. One line of JSON.</summary>
/// <param name="Startup">Why the host did not start; null if it did.</param>
/// <param name="Log">What the guard logged.</param>
/// <param name="Fetches">One for each URL.</param>
/// <param name="Health">What the health check says at the end; null if the host did not start.</param>
/// <param name="StillPending">How many of the pending ones had not ended when the last URL was fetched.</param>
/// <param name="Pending">What came of those in the end.</param>
public sealed record Report(
    string? Startup,
    IReadOnlyList<string> Log,
    IReadOnlyList<Fetch> Fetches,
    string? Health = null,
    int StillPending = 0,
    IReadOnlyList<Fetch>? Pending = null);
