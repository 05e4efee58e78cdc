using Hops.Cli.Tracing.Probing;

namespace Hops.Cli.Tracing;

/// <summary>One of those who answered packets with the same TTL.</summary>
/// <param name="Answer">The last answer.</param>
/// <param name="Count">How many there were.</param>
/// <param name="Name">The name; null where none is known.</param>
/// <param name="Last">How long the last one took whose time is known.</param>
/// <param name="Minimum">How long the quickest took.</param>
internal sealed record TraceRow(TtlAnswer Answer, int Count, string? Name, TimeSpan? Last, TimeSpan? Minimum)
{
    /// <summary>Those who answered packets with a TTL, the first to answer first.</summary>
    public static IEnumerable<TraceRow> Of(TraceResult result, int ttl) => result.There.Answers
        .Where(answer => result.There.PlaceOf(answer) == ttl)
        .GroupBy(static answer => (answer.Address, answer.Kind))
        .Select(same => new TraceRow(
            same.Last(),
            same.Count(),
            result.Names.GetValueOrDefault(same.Key.Address),
            same.LastOrDefault(static answer => answer.Time is not null)?.Time,
            same.Min(static answer => answer.Time)));
}
