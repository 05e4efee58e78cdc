using System.Net.Sockets;
using Hops.Cli.Measuring.Methods;
using Hops.Cli.Measuring.Pacing;
using Hops.Cli.Output;
using Hops.Cli.Shell;
using Hops.Cli.Syntax;
using Hops.Cli.Targets;
using Hops.Probing;
using Spectre.Console;

namespace Hops.Cli.Measuring;

/// <summary>Implements <c>hops measure</c>, which measures how far away targets are.</summary>
internal sealed class MeasureCommand : IDisposable
{
    /// <summary>The first process of a PID namespace, which gets only signals that it handles (pid_namespaces(7)).</summary>
    private const int FirstProcessOfAContainer = 1;

    private readonly MeasureOptions _options;
    private readonly Streams _streams = new();
    private readonly Action<Socket>? _prepare;
    private readonly IMethod _tcp;
    private readonly Tally _tally;
    private readonly IReport _report;

    private MeasureCommand(MeasureOptions options)
    {
        _options = options;
        _prepare = options.Binding is { } binding ? binding.Prepare : null;
        _tcp = IMethod.ForTcp(options.Source, _prepare);
        _tally = new Tally(options.MinimumHops);
        _report = options.Json ? new JsonReport(_streams) : options.Csv ? new CsvReport(_streams) : new TextReport(_streams, _tally, options);
    }

    /// <summary>
    /// Measures in one of two ways. A single measurement starts fastest on this thread and without signal handlers: there are no results to complete, so
    /// a signal may end the program directly.
    /// </summary>
    public static ExitStatus Run(MeasureOptions options)
    {
        using MeasureCommand command = new(options);
        return options is { Targets: [var target], Input: null, Count: 1, Interval: null } && Environment.ProcessId != FirstProcessOfAContainer
            ? command.MeasureOne(target)
            : command.MeasureMany();
    }

    public void Dispose() => _streams.Dispose();

    /// <summary>The maximum number of connections of an attempt. Further addresses of a name do not count.</summary>
    private int Connections => _options.Source == HopSource.MinimumTtl ? MinimumTtlProbe.MaximumConnections : 1;

    private ExitStatus MeasureOne(string target)
    {
        Take(Measurer(_tcp, new UdpAsking(_options.Payload, _prepare)).Measure(target, 1, CancellationToken.None));
        Close();
        return _tally.Status;
    }

    private ExitStatus MeasureMany()
    {
        if (!TargetReader.TryOpen(_options.Targets, _options.Input, out TargetReader? targets, out string? error))
        {
            return WrongInput(error);
        }

        using (targets)
        {
            using Interruption interruption = new();
            Repetition? repetition = Repetition.Of(_options, _streams);
            try
            {
                if (repetition is { IsTable: true })
                {
                    repetition.Show(() => MeasureAll(targets, repetition, static () => { }, interruption.Token));
                }
                else
                {
                    ProgressBar.Run(
                        ProgressTerminal(),
                        () => targets.Count(interruption.Token) * _options.Count,
                        onResult => MeasureAll(targets, repetition, onResult, interruption.Token));
                }
            }
            catch (OperationCanceledException)
            {
                // Interrupted while the targets were counted.
            }

            if (_tally.Total == 0 && interruption.Status is null)
            {
                return WrongInput("it contains none");
            }

            repetition?.Close();
            Close();
            // A signal is the regular end of an endless run, if anything was measured.
            return (_options.Count == MeasureOptions.Endless && _tally.Total > 0 ? null : interruption.Status) ?? _tally.Status;
        }
    }

    private void MeasureAll(TargetReader targets, Repetition? repetition, Action onResult, CancellationToken interrupted)
    {
        HostPace perHost = new(_options.RatePerHost);
        using ParallelRun run = new(
            Measurer(new Polite(_tcp, perHost, Connections), new Polite(new UdpAsking(_options.Payload, _prepare), perHost, 1)),
            _options.Parallel,
            repetition?.Attempts(targets.Read(), interrupted) ?? Attempt.Of(targets.Read(), 1),
            _options.Ordered && _options.Interval is null ? new OrderedResults(TakeOneOfMany) : new ResultsAsTheyCome(TakeOneOfMany),
            _options.Rate is { } rate ? new Pace(rate, Connections) : null,
            interrupted);
        run.Run();

        void TakeOneOfMany(Measurement measurement)
        {
            Take(measurement, isShown: repetition is not { IsTable: true });
            repetition?.Add(measurement);
            onResult();
        }
    }

    private Measurer Measurer(IMethod tcp, IMethod udp) =>
        new(tcp, udp, new TargetParser(_options.Port, _options.Family, _options.Binding?.Interface is not null), _options.Timeout)
        {
            Addresses = new TargetAddresses(_options.Given, _options.Binding),
            IsEachAddressMeasured = _options.AllAddresses,
        };

    private void Take(Measurement measurement, bool isShown = true)
    {
        _tally.Add(measurement);
        if (isShown)
        {
            _report.Show(measurement);
        }

        foreach (Measurement other in measurement.Others)
        {
            Take(other, isShown);
        }
    }

    private void Close()
    {
        if (_tally.Total >= ProgressBar.Many && _options is { IsForPrograms: false, Quiet: false, Interval: null })
        {
            Summary.Draw(_streams.ErrorConsole, _tally);
        }

        if (_tally.IsAdviceWanted && !_options.Quiet)
        {
            WaysOn.Write(_streams, _options.Source, _options.Verbose, _tcp.Refusals);
        }
    }

    /// <summary>Returns the terminal on which to draw progress, or null. Lines for programs must not be mixed with a bar.</summary>
    private IAnsiConsole? ProgressTerminal() =>
        _options.Quiet || _options.Interval is not null ? null
        : _options.IsForPrograms && _streams.OutputTerminal is not null ? null
        : _streams.OutputTerminal ?? _streams.ErrorTerminal;

    private ExitStatus WrongInput(string reason)
    {
        // The name of a file may contain an at sign; in a URL a password may precede it.
        string input = _options.Input ?? "";
        string shown = input.Contains("://", StringComparison.Ordinal) ? Credentials.Hide(input) : input;
        return WrongUsage.TellInput($"--input '{TerminalText.Escape(shown)}'", reason);
    }
}
