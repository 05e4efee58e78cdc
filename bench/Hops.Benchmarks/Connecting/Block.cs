namespace Hops.Benchmarks.Connecting;

/// <summary>What a block of connections took, per connection.</summary>
/// <param name="Nanoseconds">Time.</param>
/// <param name="AllocatedBytes">Managed memory that the calling thread allocated. Means nothing where connections complete on other threads.</param>
internal readonly record struct Block(double Nanoseconds, double AllocatedBytes);
