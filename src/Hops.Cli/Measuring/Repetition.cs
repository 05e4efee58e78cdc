using Hops.Cli.Measuring.Pacing;
using Hops.Cli.Measuring.Repeating;
using Hops.Cli.Output;

namespace Hops.Cli.Measuring;

/// <summary>
/// What a run does more where each target is measured more than once: rounds, a table on a terminal, and at the end what came of each target.
/// </summary>
internal sealed class Repetition
{
    private readonly MeasureOptions _options;
    private readonly Streams _streams;
    private readonly TargetHistories _histories = new();
    private readonly Rounds? _rounds;

    private Repetition(MeasureOptions options, Streams streams)
    {
        _options = options;
        _streams = streams;
        _rounds = options.Interval is { } interval ? new Rounds(interval, options.Count, _histories) : null;
    }

    /// <summary>Null where each target is measured once.</summary>
    public static Repetition? Of(MeasureOptions options, Streams streams) =>
        options is { Count: 1, Interval: null } ? null : new Repetition(options, streams);

    /// <summary>Whether a table takes the place of the results' lines.</summary>
    public bool IsTable =>
        _options is { Interval: not null, IsForPrograms: false, Quiet: false, Verbose: false }
        && _streams.OutputTerminal is { Profile.Capabilities.Ansi: true };

    private bool IsSummaryWanted => _options is { IsForPrograms: false, Quiet: false };

    public IEnumerable<Attempt> Attempts(IEnumerable<string> texts, CancellationToken interrupted) =>
        _rounds?.Of(texts, interrupted) ?? Attempt.Of(texts, _options.Count);

    /// <summary>Measures while the table is shown.</summary>
    public void Show(Action measure)
    {
        Task measuring = Task.Factory.StartNew(measure, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        new FullScreen(_streams.OutputTerminal!, new LiveTable(_histories, _options.Interval!.Value)).ShowUntil(measuring);
        measuring.GetAwaiter().GetResult();
    }

    public void Add(Measurement measurement)
    {
        _rounds?.End(measurement.Text);
        foreach (Measurement one in measurement.Others.Prepend(measurement))
        {
            AddOne(one);
        }
    }

    /// <summary>Tells what came of the targets of which that was not told.</summary>
    public void Close()
    {
        if (IsSummaryWanted)
        {
            foreach (string line in _histories.Read(HistoryText.Of))
            {
                _streams.WriteMessage(line);
            }
        }
    }

    private void AddOne(Measurement measurement)
    {
        string target = measurement.Text;
        if (measurement.Tried is { Address: var address })
        {
            // An address that is measured for itself has a history of its own.
            target = $"{measurement.Text} {EndPointText.Of(address)}";
            _histories.Forget(measurement.Text);
        }

        string? error = measurement.Failure is { } failure ? KebabCase.Of(failure.Kind) : null;
        _histories.Add(target, measurement.Distance, measurement.Reading?.Time, error);
        // Without rounds a list may go on for ever: what is over is told, and forgotten.
        if (_rounds is null && _histories.TakeAfter(target, _options.Count) is { } history && IsSummaryWanted)
        {
            _streams.WriteMessage(HistoryText.Of(history));
        }
    }
}
