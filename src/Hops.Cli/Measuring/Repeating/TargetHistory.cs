namespace Hops.Cli.Measuring.Repeating;

/// <summary>What came of all attempts at one target, as counts: it does not grow with them.</summary>
/// <param name="Target">As the user wrote it, without a password: not safe for a terminal.</param>
internal sealed record TargetHistory(string Target)
{
    private readonly SortedDictionary<(int Hops, bool IsPlausible), long> _distances = [];
    private readonly SortedDictionary<string, long> _errors = new(StringComparer.Ordinal);

    /// <summary>How many attempts have ended.</summary>
    public long Sent { get; private set; }

    /// <summary>How many of them have no distance.</summary>
    public long Lost { get; private set; }

    /// <summary>In how many rounds it was not measured, because an attempt before had not ended, or other targets took the time.</summary>
    public long Skipped { get; private set; }

    /// <summary>How often a distance differed from the one before.</summary>
    public long Changes { get; private set; }

    /// <summary>The last distance; null before the first.</summary>
    public HopDistance? Distance { get; private set; }

    /// <summary>Why the last attempt has no distance, in a word; null where it has one.</summary>
    public string? Error { get; private set; }

    /// <summary>How long the last measurement took; null before the first.</summary>
    public TimeSpan? Time { get; private set; }

    /// <summary>The number of the last attempt, counted over all targets, that had no distance or another one; 0 for none.</summary>
    public long LastEvent { get; private set; }

    /// <summary>The smallest plausible distance.</summary>
    public int? Nearest => Plausible.Select(static hops => (int?)hops).FirstOrDefault();

    /// <summary>The greatest plausible distance.</summary>
    public int? Farthest => Plausible.Select(static hops => (int?)hops).LastOrDefault();

    /// <summary>How often each distance was measured.</summary>
    public IReadOnlyDictionary<(int Hops, bool IsPlausible), long> Distances => _distances;

    /// <summary>How often there was none, for each reason.</summary>
    public IReadOnlyDictionary<string, long> Errors => _errors;

    private IEnumerable<int> Plausible => _distances.Keys.Where(static distance => distance.IsPlausible).Select(static distance => distance.Hops);

    /// <param name="distance">What was measured; null for nothing.</param>
    /// <param name="time">How long that took.</param>
    /// <param name="error">Otherwise why not, in a word.</param>
    /// <param name="number">The attempt's number over all targets.</param>
    public void Add(HopDistance? distance, TimeSpan? time, string? error, long number)
    {
        Sent++;
        Error = error;
        if (distance is not { } measured)
        {
            Lost++;
            _errors[error ?? ""] = _errors.GetValueOrDefault(error ?? "") + 1;
            LastEvent = number;
            return;
        }

        if (Distance is { } before && before.Hops != measured.Hops)
        {
            Changes++;
            LastEvent = number;
        }

        Distance = measured;
        Time = time;
        (int Hops, bool IsPlausible) key = (measured.Hops, measured.IsPlausible);
        _distances[key] = _distances.GetValueOrDefault(key) + 1;
    }

    public void Skip(int rounds) => Skipped += rounds;
}
