using System.Runtime.InteropServices;
using Hops.Cli.Measuring.Pacing;
using Hops.Cli.Measuring.Repeating;
using Hops.Cli.Output;

namespace Hops.Cli.Measuring;

/// <summary>
/// Adds to a run that measures each target more than once: rounds, a table on a terminal, and a summary of each target.
/// </summary>
internal sealed class Repetition
{
    private readonly MeasureOptions _options;
    private readonly Streams _streams;
    private readonly TargetHistories _histories = new();
    private readonly Dictionary<string, Progress> _progress = [];
    private readonly Rounds? _rounds;

    private Repetition(MeasureOptions options, Streams streams)
    {
        _options = options;
        _streams = streams;
        _rounds = options.Interval is { } interval ? new Rounds(interval, options.Count, _histories) : null;
    }

    /// <summary>Creates the repetition of a run, or returns null if each target is measured once.</summary>
    public static Repetition? Of(MeasureOptions options, Streams streams) =>
        options is { Count: 1, Interval: null } ? null : new Repetition(options, streams);

    /// <summary>Gets whether a table replaces the lines of results.</summary>
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
        ref Progress? progress = ref CollectionsMarshal.GetValueRefOrAddDefault(_progress, measurement.Text, out _);
        progress ??= new Progress();
        foreach (Measurement one in measurement.Others.Prepend(measurement))
        {
            string name = progress.NameOf(one);
            string? error = one.Failure is { } failure ? KebabCase.Of(failure.Kind) : null;
            _histories.Add(name, one.Distance, one.Reading?.Time, error);
        }

        if (measurement.Tried is not null)
        {
            // The addresses have histories of their own.
            _histories.Forget(measurement.Text);
        }

        // Without rounds a list may be endless: a finished history is printed and removed.
        if (_rounds is null && ++progress.Ended == _options.Count)
        {
            Tell(_histories.Take(progress.Names));
            _progress.Remove(measurement.Text);
        }
    }

    /// <summary>Prints the summaries that were not printed yet.</summary>
    public void Close() => Tell(_histories.Read(HistoryText.Of));

    private void Tell(IEnumerable<string> lines)
    {
        if (IsSummaryWanted)
        {
            foreach (string line in lines)
            {
                _streams.WriteMessage(line);
            }
        }
    }

    /// <summary>Represents the progress of the attempts at a target.</summary>
    private sealed class Progress
    {
        public int Ended { get; set; }

        /// <summary>Gets the names of the target's histories: one, or one for each address that is a result of its own.</summary>
        public HashSet<string> Names { get; } = [];

        /// <summary>
        /// Returns the name of the history of a measurement. The owner of a name may change its addresses each time, so addresses beyond a limit share one.
        /// </summary>
        public string NameOf(Measurement measurement)
        {
            string name = measurement.Tried is { Address: var address } ? $"{measurement.Text} {EndPointText.Of(address)}" : measurement.Text;
            name = Names.Count < TargetAddresses.Most || Names.Contains(name) ? name : $"{measurement.Text} (further addresses)";
            Names.Add(name);
            return name;
        }
    }
}
