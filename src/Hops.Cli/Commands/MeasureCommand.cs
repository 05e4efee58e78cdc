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

    /// <summary>The error number of writing to a pipe that nobody reads (EPIPE), which .NET keeps in <see cref="Exception.HResult"/>.</summary>
    private const int BrokenPipe = 32;

    public static async Task<int> RunAsync(MeasureOptions options)
    {
        TargetReader targets = new(options.Targets, options.Input);
        StreamReader? input;
        try
        {
            input = targets.OpenInput();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"hops: cannot read targets from '{options.Input}': {e.Message}");
            return ExitStatus.WrongUsage;
        }

        using Streams streams = new();
        using (input)
        {
            try
            {
                return await RunAsync(options, streams, targets, input).ConfigureAwait(false);
            }
            catch (IOException e) when (e.HResult == BrokenPipe)
            {
                // Whoever read our output has gone: nobody is left to talk to.
                return ExitStatus.ClosedPipe;
            }
            catch (IOException e)
            {
                Console.Error.WriteLine($"hops: {e.Message}");
                return ExitStatus.SomeFailed;
            }
        }
    }

    private static async Task<int> RunAsync(MeasureOptions options, Streams streams, TargetReader targets, StreamReader? input)
    {
        using Interruption interruption = new();
        HopMeter? meter = OpenMeter(out string? notPermitted);
        if (meter is null)
        {
            streams.WriteMessage("[!]", Color.Red, notPermitted!);
            if (!options.Json)
            {
                return ExitStatus.CannotMeasure;
            }
        }

        Measurer measurer = new(meter, notPermitted, new TargetParser(options.Port, options.Family), options.Timeout);
        MeasureRun run = new(measurer, options.Parallel, options.Count);
        Tally tally = new(options.MinimumHops);
        IReport report = options.Json ? new JsonReport(streams) : new TextReport(streams, tally, options);

        IAnsiConsole? terminal = options.Json ? (streams.OutputTerminal is null ? streams.ErrorTerminal : null) : streams.OutputTerminal ?? streams.ErrorTerminal;
        int? total = targets.Count * options.Count;
        if (terminal is not null && !options.Quiet && total is null or >= Many)
        {
            await ProgressBar.RunAsync(terminal!, total, RunAsync).ConfigureAwait(false);
        }
        else
        {
            await RunAsync(static () => { }).ConfigureAwait(false);
        }

        if (tally.Total >= Many && !options.Json && !options.Quiet)
        {
            Summary.Draw(streams.ErrorConsole, tally);
        }

        return interruption.Status ?? (meter is null ? ExitStatus.CannotMeasure : tally.Status);

        Task RunAsync(Action onResult) => run.RunAsync(
            targets.ReadAsync(input, interruption.Token),
            measurement =>
            {
                tally.Add(measurement);
                report.Show(measurement);
                onResult();
            },
            interruption.Token);
    }

    private static HopMeter? OpenMeter(out string? notPermitted)
    {
        try
        {
            notPermitted = null;
            return HopMeter.Open();
        }
        catch (HopMeterUnavailableException e)
        {
            notPermitted = e.Message;
            return null;
        }
    }
}
