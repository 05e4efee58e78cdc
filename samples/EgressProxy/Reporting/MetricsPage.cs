using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace EgressProxy.Reporting;

/// <summary>
/// Writes the instruments of the proxy and of the guard for Prometheus (text format 0.0.4): sums, and for histograms the sum and the count. A service with
/// OpenTelemetry would export the two meters instead.
/// </summary>
internal sealed class MetricsPage : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string Name, string Labels), Series> _series = new();

    /// <param name="metrics">The proxy's instruments, which must exist before the listener starts.</param>
    public MetricsPage(ProxyMetrics metrics)
    {
        _ = metrics;
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name is ProxyMetrics.MeterName or "Hops.Guard")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public IResult Write()
    {
        StringBuilder page = new();
        foreach (IGrouping<string, KeyValuePair<(string Name, string Labels), Series>> instrument
            in _series.OrderBy(static pair => pair.Key).GroupBy(static pair => pair.Key.Name))
        {
            Instrument shown = instrument.First().Value.Instrument;
            bool isSummary = shown is Histogram<int> or Histogram<double>;
            bool isCounter = shown is Counter<long>;
            string name = $"{instrument.Key}{(isCounter ? "_total" : "")}";
            string kind = isSummary ? "summary" : isCounter ? "counter" : "gauge";
            page.Append(CultureInfo.InvariantCulture, $"# HELP {name} {shown.Description}\n# TYPE {name} {kind}\n");
            foreach (((string _, string labels), Series series) in instrument)
            {
                (double sum, long count) = series.Read();
                page.Append(CultureInfo.InvariantCulture, $"{name}{(isSummary ? "_sum" : "")}{labels} {sum}\n");
                if (isSummary)
                {
                    page.Append(CultureInfo.InvariantCulture, $"{name}_count{labels} {count}\n");
                }
            }
        }

        return Results.Text(page.ToString(), "text/plain; version=0.0.4");
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        // All values of tags are constants of the proxy and the guard, which need no escaping.
        StringBuilder labels = new();
        foreach ((string key, object? tag) in tags)
        {
            labels.Append(labels.Length == 0 ? '{' : ',').Append(CultureInfo.InvariantCulture, $"{key}=\"{tag}\"");
        }

        string text = labels.Length == 0 ? "" : labels.Append('}').ToString();
        _series.GetOrAdd((instrument.Name.Replace('.', '_'), text), static (_, made) => new Series(made), instrument).Add(value);
    }

    private sealed class Series(Instrument instrument)
    {
        private readonly Lock _lock = new();
        private double _sum;
        private long _count;

        public Instrument Instrument => instrument;

        public void Add(double value)
        {
            lock (_lock)
            {
                _sum += value;
                _count++;
            }
        }

        public (double Sum, long Count) Read()
        {
            lock (_lock)
            {
                return (_sum, _count);
            }
        }
    }
}
