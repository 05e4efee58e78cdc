using System.Net.Sockets;
using Hops.Cli.Measuring.Methods;
using Hops.Cli.Output;
using Hops.Cli.Shell;
using Hops.Cli.Syntax;
using Hops.Cli.Targets;
using Spectre.Console;

namespace Hops.Cli.Measuring;

/// <summary><c>hops measure</c>: connects to targets and says how far away they are.</summary>
internal sealed class MeasureCommand : IDisposable
{
    /// <summary>The kernel keeps signals away from it that it does not handle itself (pid_namespaces(7)).</summary>
    private const int FirstProcessOfAContainer = 1;

    private readonly MeasureOptions _options;
    private readonly Streams _streams = new();
    private readonly IMethod _tcp;
    private readonly Measurer _measurer;
    private readonly Tally _tally;
    private readonly IReport _report;

    private MeasureCommand(MeasureOptions options)
    {
        _options = options;
        Action<Socket>? prepare = options.Binding is { } binding ? binding.Prepare : null;
        _tcp = IMethod.ForTcp(options.Source, prepare);
        _measurer = new Measurer(_tcp, new UdpAsking(options.Payload, prepare), new TargetParser(options.Port, options.Family, options.Binding?.Interface is not null), options.Timeout)
        {
            Addresses = new TargetAddresses(options.Given, options.Binding),
            IsEachAddressMeasured = options.AllAddresses,
        };
        _tally = new Tally(options.MinimumHops);
        _report = options.Json ? new JsonReport(_streams) : new TextReport(_streams, _tally, options);
    }

    /// <summary>
    /// Measures in one of two ways. A single measurement starts soonest on this thread, which has nothing else to do, and without handlers of signals: it has
    /// nothing to bring to an end, so a signal may end the program as it ends any other.
    /// </summary>
    public static ExitStatus Run(MeasureOptions options)
    {
        using MeasureCommand command = new(options);
        return options is { Targets: [var target], Input: null, Count: 1 } && Environment.ProcessId != FirstProcessOfAContainer
            ? command.MeasureOne(target)
            : command.MeasureMany();
    }

    public void Dispose() => _streams.Dispose();

    private ExitStatus MeasureOne(string target)
    {
        Take(_measurer.Measure(target, 1, CancellationToken.None));
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
            try
            {
                ProgressBar.Run(
                    ProgressTerminal(),
                    () => targets.Count(interruption.Token) * _options.Count,
                    onResult => MeasureAll(targets, onResult, interruption.Token));
            }
            catch (OperationCanceledException)
            {
                // Interrupted while counting.
            }

            if (_tally.Total == 0 && interruption.Status is null)
            {
                return WrongInput("it has none");
            }

            Close();
            return interruption.Status ?? _tally.Status;
        }
    }

    private void MeasureAll(TargetReader targets, Action onResult, CancellationToken interrupted)
    {
        using ParallelRun run = new(
            _measurer,
            _options.Parallel,
            _options.Count,
            targets.Read(),
            measurement =>
            {
                Take(measurement);
                onResult();
            },
            interrupted);
        run.Run();
    }

    private void Take(Measurement measurement)
    {
        _tally.Add(measurement);
        _report.Show(measurement);
        foreach (Measurement other in measurement.Others)
        {
            Take(other);
        }
    }

    private void Close()
    {
        if (_tally.Total >= ProgressBar.Many && !_options.Json && !_options.Quiet)
        {
            Summary.Draw(_streams.ErrorConsole, _tally);
        }

        if (_tally.IsAdviceWanted && !_options.Quiet)
        {
            WaysOn.Write(_streams, _options.Source, _options.Verbose, _tcp.Refusals);
        }
    }

    /// <summary>Where to draw progress. Lines of JSON must stay as they are, so no bar can be drawn between them.</summary>
    private IAnsiConsole? ProgressTerminal() =>
        _options.Quiet ? null
        : _options.Json && _streams.OutputTerminal is not null ? null
        : _streams.OutputTerminal ?? _streams.ErrorTerminal;

    private ExitStatus WrongInput(string reason) => WrongUsage.TellInput($"--input '{TerminalText.Escape(_options.Input ?? "")}'", reason);
}
