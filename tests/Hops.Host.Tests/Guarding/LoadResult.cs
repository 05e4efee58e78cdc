namespace Hops.Host.Tests.Guarding;

/// <summary>The results of attempts to connect.</summary>
/// <param name="Near">To near servers.</param>
/// <param name="Far">To far ones.</param>
internal sealed record LoadResult(IReadOnlyList<Attempt> Near, IReadOnlyList<Attempt> Far);
