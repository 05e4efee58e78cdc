namespace Hops.Host.Tests.Guarding;

/// <summary>Times, in order.</summary>
internal sealed class Times(IEnumerable<Attempt> attempts)
{
    // The bounds of the histogram, in microseconds: each is twice the one before.
    private const int First = 32;

    private readonly TimeSpan[] _sorted = [.. attempts.Select(static attempt => attempt.Time).Order()];

    public TimeSpan Median => At(0.5);

    /// <summary>Returns a percentile of the times.</summary>
    public TimeSpan At(double share) => _sorted[(int)(share * (_sorted.Length - 1))];

    /// <summary>A line for each range of times, and before them the usual quantiles.</summary>
    public override string ToString()
    {
        List<string> lines = [FormattableString.Invariant($"{_sorted.Length} times: p50 {Text(0.5)}, p90 {Text(0.9)}, p99 {Text(0.99)}, max {Text(1)} µs")];
        for ((double limit, int done) = (First, 0); done < _sorted.Length; limit *= 2)
        {
            int below = _sorted.Count(time => time.TotalMicroseconds < limit);
            lines.Add(FormattableString.Invariant($"  < {limit,8:0} µs: {below - done}"));
            done = below;
        }

        return string.Join('\n', lines);
    }

    private string Text(double share) => FormattableString.Invariant($"{At(share).TotalMicroseconds:0}");
}
