namespace Hops.Cli.Measuring.Repeating;

/// <summary>Represents the results of all attempts at one target, as counts of bounded size.</summary>
/// <param name="Target">The target as the user wrote it, without a password. The text is not safe for a terminal.</param>
internal sealed record TargetHistory(string Target)
{
    private readonly SortedDictionary<(int Hops, bool IsPlausible), long> _distances = [];
    private readonly SortedDictionary<string, long> _errors = new(StringComparer.Ordinal);

    /// <summary>Gets the number of attempts that have ended.</summary>
    public long Sent { get; private set; }

    /// <summary>Gets the number of attempts without a distance.</summary>
    public long Lost { get; private set; }

    /// <summary>Gets the number of rounds without an attempt, because an earlier attempt had not ended, or other targets took the time.</summary>
    public long Skipped { get; private set; }

    /// <summary>Gets how often a distance differed from the one before.</summary>
    public long Changes { get; private set; }

    /// <summary>Gets the last distance; null before the first.</summary>
    public HopDistance? Distance { get; private set; }

    /// <summary>Gets why the last attempt has no distance, in a word; null if it has one.</summary>
    public string? Error { get; private set; }

    /// <summary>Gets how long the last measurement took; null before the first.</summary>
    public TimeSpan? Time { get; private set; }

    /// <summary>Gets the number, counted over all targets, of the last attempt without a distance or with another one; 0 for none.</summary>
    public long LastEvent { get; private set; }

    /// <summary>Gets the smallest plausible distance.</summary>
    public int? Nearest => Plausible.Select(static hops => (int?)hops).FirstOrDefault();

    /// <summary>Gets the greatest plausible distance.</summary>
    public int? Farthest => Plausible.Select(static hops => (int?)hops).LastOrDefault();

    /// <summary>Gets how often each distance was measured.</summary>
    public IReadOnlyDictionary<(int Hops, bool IsPlausible), long> Distances => _distances;

    /// <summary>Gets how often there was no distance, for each reason.</summary>
    public IReadOnlyDictionary<string, long> Errors => _errors;

    private IEnumerable<int> Plausible => _distances.Keys.Where(static distance => distance.IsPlausible).Select(static distance => distance.Hops);

    /// <summary>Adds the result of an attempt.</summary>
    /// <param name="distance">The distance, or null.</param>
    /// <param name="time">How long the measurement took.</param>
    /// <param name="error">Why there is no distance, in a word.</param>
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
