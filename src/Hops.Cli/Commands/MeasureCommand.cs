using Hops.Cli.Measuring;
using Hops.Cli.Output;
using Hops.Cli.Targets;
using Spectre.Console;

namespace Hops.Cli.Commands;

/// <summary><c>hops measure</c>: connects to targets and says how far away they are.</summary>
internal static class MeasureCommand
{
    /// <summary>"More than a few": from here on a run has a progress bar and a summary.</summary>
    private const int Many = 6;

    public static int Run(MeasureOptions options)
    {
        TargetReader targets;
        try
        {
            targets = new(options.Targets, options.Input);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return WrongInput(options, TargetParser.Printable(e.Message));
        }

        using (targets)
        {
            using Streams streams = new();
            return Run(options, streams, targets);
        }
    }

    private static int Run(MeasureOptions options, Streams streams, TargetReader targets)
    {
        // A single measurement has nothing to bring to an end: there a signal does what it does by itself.
        using Interruption? interruption = options.IsOne ? null : new();
        CancellationToken interrupted = interruption?.Token ?? CancellationToken.None;
        TcpConnecting connecting = new(options.Source);
        IMethod tcp = options.Source == HopSource.MinimumTtl ? new TcpProbing() : connecting;
        Measurer measurer = new(tcp, new UdpAsking(options.Payload), new TargetParser(options.Port, options.Family), options.Timeout);
        Tally tally = new(options.MinimumHops);
        IReport report = options.Json ? new JsonReport(streams) : new TextReport(streams, tally, options);
        try
        {
            if (ProgressTerminal(options, streams) is { } terminal
                && targets.Count(interrupted) * options.Count is var total and (null or >= Many))
            {
                ProgressBar.Run(terminal, total, MeasureAll);
            }
            else
            {
                MeasureAll(static () => { });
            }
        }
        catch (OperationCanceledException)
        {
            // Interrupted while counting.
        }

        if (interruption?.Status is { } signal)
        {
            Close();
            return signal;
        }

        if (tally.Total == 0)
        {
            return WrongInput(options, "it has none");
        }

        Close();
        return tally.Status;

        void MeasureAll(Action onResult)
        {
            if (options.IsOne)
            {
                // On this thread, which has nothing else to do.
                Take(measurer.Measure(options.Targets[0], 1, interrupted));
                return;
            }

            using MeasureRun run = new(
                measurer,
                options,
                targets.Read(),
                measurement =>
                {
                    Take(measurement);
                    onResult();
                },
                interrupted);
            run.Run();
        }

        void Take(Measurement measurement)
        {
            tally.Add(measurement);
            report.Show(measurement);
        }

        void Close()
        {
            if (tally.Total >= Many && !options.Json && !options.Quiet)
            {
                Summary.Draw(streams.ErrorConsole, tally);
            }

            if (tally.IsAdviceWanted && !options.Quiet)
            {
                Advice.Write(streams, options, connecting.Refusals);
            }
        }
    }

    /// <summary>Where to draw progress. Lines of JSON must stay as they are, so no bar can be drawn between them.</summary>
    private static IAnsiConsole? ProgressTerminal(MeasureOptions options, Streams streams) =>
        options.Quiet ? null
        : options.Json && streams.OutputTerminal is not null ? null
        : streams.OutputTerminal ?? streams.ErrorTerminal;

    private static int WrongInput(MeasureOptions options, string reason)
    {
        StandardError.WriteLine($"hops: cannot read targets from --input '{TargetParser.Printable(options.Input ?? "")}': {reason}");
        return ExitStatus.WrongUsage;
    }
}
