namespace Hops.Benchmarks.Connecting;

/// <summary>What one variant took, over all rounds.</summary>
/// <param name="Variant">Its name.</param>
/// <param name="Mode">How it connected.</param>
/// <param name="Nanoseconds">Time per connection.</param>
/// <param name="Ratio">That time divided by the plain variant's of the same round.</param>
/// <param name="Rounds">How many.</param>
/// <param name="AllocatedBytes">Managed memory per connection, or null where it was not counted.</param>
internal sealed record ConnectResult(string Variant, ConnectMode Mode, Quartiles Nanoseconds, Quartiles Ratio, int Rounds, double? AllocatedBytes);
