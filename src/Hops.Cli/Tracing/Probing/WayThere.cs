namespace Hops.Cli.Tracing.Probing;

/// <summary>What packets with growing TTLs told of the way to a target.</summary>
/// <param name="End">Why it went no further.</param>
/// <param name="Sent">How many packets with each TTL were sent, without those that were sent twice: the first number is that of TTL 1.</param>
/// <param name="Answers">What came back, in the order of its arrival.</param>
internal sealed record WayThere(TraceEnd End, IReadOnlyList<int> Sent, IReadOnlyList<TtlAnswer> Answers)
{
    /// <summary>How many routers the shortest way crosses; null where the target did not answer.</summary>
    public int? Routers => Reached?.Ttl - 1;

    /// <summary>The answer of the target to the packet with the least TTL.</summary>
    public TtlAnswer? Reached => Answers.Where(static answer => answer.Kind is AnswerKind.Answered or AnswerKind.Refused).MinBy(static answer => answer.Ttl);

    /// <summary>
    /// The last TTL that tells something: that of the target or of who let nothing through, or of the last router on a longer way. Without either, that of the
    /// last answer.
    /// </summary>
    public int Last => Answers.Where(answer => answer == (Reached ?? Barrier) || answer.Kind == AnswerKind.Router)
        .Select(PlaceOf).DefaultIfEmpty().Max();

    /// <summary>
    /// The TTL beside which an answer belongs: that of its packet. A router that let a packet go no further stands where it is on the way, since others with
    /// smaller TTLs got no further either, only that routers answer few in a second.
    /// </summary>
    public int PlaceOf(TtlAnswer answer) => answer.Kind == AnswerKind.Unreachable
        ? Answers.Where(other => other.Kind == AnswerKind.Router && other.Address.Equals(answer.Address)).Select(static other => other.Ttl)
            .Append(answer.Ttl).Min()
        : answer.Ttl;

    /// <summary>Who let nothing through, where that was the end.</summary>
    public TtlAnswer? Barrier => End != TraceEnd.Unreachable ? null
        : Answers.Where(static answer => answer.Kind == AnswerKind.Unreachable).MinBy(static answer => answer.Ttl);
}
