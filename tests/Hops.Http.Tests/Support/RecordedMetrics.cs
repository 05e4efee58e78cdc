using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Hops.Http.Tests.Support;

/// <summary>What the guards of one application count: <c>hops.guard.decisions 1 reason=near mode=enforce</c>. Durations without their number.</summary>
internal sealed class RecordedMetrics : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<string> _measurements = new();

    /// <param name="factory">The application's: only its meters count.</param>
    public RecordedMetrics(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Hops.Guard" && ReferenceEquals(instrument.Meter.Scope, factory))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, $" {value}", tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, $" {value}", tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value is >= 0 and < 60 ? "" : $" {value}", tags));
        _listener.Start();
    }

    public IReadOnlyCollection<string> Measurements => _measurements;

    public IEnumerable<string> Decisions => _measurements.Where(static m => m.StartsWith("hops.guard.decisions ", StringComparison.Ordinal));

    public void Dispose() => _listener.Dispose();

    private void Record(Instrument instrument, string value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string text = instrument.Name + value;
        foreach ((string name, object? tag) in tags)
        {
            text += $" {name}={tag}";
        }

        _measurements.Enqueue(text);
    }
}
