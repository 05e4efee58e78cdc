namespace Hops.Cli.Tracing.Probing;

/// <summary>Represents the way to a target, as found by packets with growing TTLs.</summary>
/// <param name="End">Why the trace ended.</param>
/// <param name="Sent">The number of packets with each TTL, without repetitions, beginning with TTL 1.</param>
/// <param name="Answers">The answers, in the order of their arrival.</param>
internal sealed record WayThere(TraceEnd End, IReadOnlyList<int> Sent, IReadOnlyList<TtlAnswer> Answers)
{
    /// <summary>Gets how many routers the shortest way crosses; null if the target did not answer.</summary>
    public int? Routers => Reached?.Ttl - 1;

    /// <summary>Gets the answer of the target to the packet with the lowest TTL.</summary>
    public TtlAnswer? Reached => Answers.Where(static answer => answer.Kind is AnswerKind.Answered or AnswerKind.Refused).MinBy(static answer => answer.Ttl);

    /// <summary>
    /// Gets the last TTL with information: that of the target, of the machine that rejected packets, or of the last router on a longer way. If there is none
    /// of these, that of the last answer.
    /// </summary>
    public int Last => Answers.Where(answer => answer == (Reached ?? Barrier) || answer.Kind == AnswerKind.Router)
        .Select(PlaceOf).DefaultIfEmpty().Max();

    /// <summary>
    /// Returns the TTL at which to show an answer: that of its packet. A router that rejects packets is shown at its own place on the way: it rejects those
    /// with smaller TTLs, too, but routers answer only few packets per second.
    /// </summary>
    public int PlaceOf(TtlAnswer answer) => answer.Kind == AnswerKind.Unreachable
        ? Answers.Where(other => other.Kind == AnswerKind.Router && other.Address.Equals(answer.Address)).Select(static other => other.Ttl)
            .Append(answer.Ttl).Min()
        : answer.Ttl;

    /// <summary>Gets the answer of the machine that rejected packets, if that ended the trace.</summary>
    public TtlAnswer? Barrier => End != TraceEnd.Unreachable ? null
        : Answers.Where(static answer => answer.Kind == AnswerKind.Unreachable).MinBy(static answer => answer.Ttl);
}
