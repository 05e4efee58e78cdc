using Hops.Cli.Tracing.Probing;

namespace Hops.Cli.Tracing;

/// <summary>Represents one of the addresses that answered packets with the same TTL.</summary>
/// <param name="Answer">The last answer.</param>
/// <param name="Count">The number of answers.</param>
/// <param name="Name">The name; null if none is known.</param>
/// <param name="Last">The time of the last answer whose time is known.</param>
/// <param name="Minimum">The time of the quickest answer.</param>
internal sealed record TraceRow(TtlAnswer Answer, int Count, string? Name, TimeSpan? Last, TimeSpan? Minimum)
{
    /// <summary>Returns the addresses that answered packets with a TTL, in the order of their first answers.</summary>
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
