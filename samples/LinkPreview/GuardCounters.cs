using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace LinkPreview;

/// <summary>
/// Sums up the measurements of the guard's instruments for the operator's page. A service with OpenTelemetry exports the meter <c>Hops.Guard</c> instead.
/// </summary>
internal sealed class GuardCounters : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string Reason, string Mode), long> _decisions = new();
    private readonly ConcurrentDictionary<int, long> _distances = new();

    public GuardCounters()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Hops.Guard" && instrument.Name is "hops.guard.decisions" or "hops.guard.distance")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
            _decisions.AddOrUpdate((Tag(tags, "reason"), Tag(tags, "mode")), count, (_, sum) => sum + count));
        _listener.SetMeasurementEventCallback<int>((_, hops, _, _) => _distances.AddOrUpdate(hops, 1, static (_, sum) => sum + 1));
        _listener.Start();
    }

    /// <summary>Gets the number of allowed and refused connections and requests by reason; in report-only mode, of those that would be refused.</summary>
    public IEnumerable<(string Reason, string Mode, long Count)> Decisions =>
        _decisions.Select(static pair => (pair.Key.Reason, pair.Key.Mode, pair.Value)).Order();

    /// <summary>Gets the number of connections of each distance.</summary>
    public IEnumerable<(int Hops, long Count)> Distances => _distances.Select(static pair => (pair.Key, pair.Value)).Order();

    public void Dispose() => _listener.Dispose();

    private static string Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
    {
        foreach ((string key, object? value) in tags)
        {
            if (key == name)
            {
                return $"{value}";
            }
        }

        return "";
    }
}
