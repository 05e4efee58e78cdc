using Hops.Cli.Measuring.Methods;

namespace Hops.Cli.Measuring;

/// <summary>Counts results, for the exit status and the summary.</summary>
/// <param name="minimumHops">The minimum distance, or null.</param>
internal sealed class Tally(int? minimumHops)
{
    private readonly SortedDictionary<int, long> _distances = [];
    private bool _tooNear;
    private bool _notPermitted;

    /// <summary>Gets the number of results.</summary>
    public long Total { get; private set; }

    /// <summary>Gets the number of results without a distance.</summary>
    public long Failed { get; private set; }

    /// <summary>Gets whether a target failed because rights are missing.</summary>
    public bool IsAdviceWanted { get; private set; }

    /// <summary>Gets the number of results with an implausible distance.</summary>
    public long Implausible { get; private set; }

    /// <summary>Gets the number of results at each plausible distance, the nearest first.</summary>
    public IReadOnlyDictionary<int, long> Distances => _distances;

    public bool IsTooNear(Measurement measurement) => minimumHops is { } minimum && measurement.IsNearerThan(minimum);

    public void Add(Measurement measurement)
    {
        Total++;
        _tooNear |= IsTooNear(measurement);
        _notPermitted |= measurement.Failure?.Kind == FailureKind.NotPermitted;
        IsAdviceWanted |= measurement.Failure?.Remedy is not null;
        switch (measurement.Distance)
        {
            case null:
                Failed++;
                break;
            case { IsPlausible: false }:
                Implausible++;
                break;
            case { } distance:
                _distances[distance.Hops] = _distances.GetValueOrDefault(distance.Hops) + 1;
                break;
        }
    }

    public ExitStatus Status =>
        _tooNear ? ExitStatus.TooNear
        : _notPermitted && Failed == Total ? ExitStatus.CannotMeasure
        : Failed > 0 ? ExitStatus.SomeFailed
        : ExitStatus.Measured;
}
