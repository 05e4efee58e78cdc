using Hops.Cli.Output;
using Hops.Cli.Shell;
using Hops.Host.Learning;
using Hops.Host.Watching;

namespace Hops.Cli.Watching;

/// <summary><c>hops watch</c>: the connections of this host, as they are established.</summary>
internal static class WatchCommand
{
    public static ExitStatus Run(WatchOptions options)
    {
        using Streams streams = new();
        using Interruption interruption = new();
        WatchBaselines baselines;
        try
        {
            baselines = WatchBaselines.Open(options.Learn, options.Against);
        }
        catch (HopBaselineException e)
        {
            StandardError.WriteLine($"hops: {TerminalText.Blank(e.Message)}");
            return ExitStatus.WrongUsage;
        }

        using WatchBaselines _ = baselines;
        HostWatch watch;
        try
        {
            watch = HostWatch.Start(options.Kernel);
        }
        catch (HostWatchUnavailableException e)
        {
            StandardError.WriteLine($"hops: {TerminalText.Blank(e.Message)}");
            return ExitStatus.CannotMeasure;
        }

        bool isGone;
        using (watch)
        {
            WatchTally tally = new();
            ShowAsync(watch, options, streams, tally, baselines, interruption.Token).GetAwaiter().GetResult();
            isGone = watch.IsCgroupGone;
            if (isGone)
            {
                StandardError.WriteLine("hops: the cgroup was removed, and the watch is over: a unit that is started again has another.");
            }

            streams.WriteMessage(tally.Sentence(watch.Lost));
            if (options.Summary)
            {
                tally.WriteHistogram(streams);
            }
        }

        bool isSaved = baselines.Finish(streams);
        return baselines.Deviated > 0 ? ExitStatus.TooNear
            : isSaved && !isGone ? ExitStatus.Measured
            : ExitStatus.SomeFailed;
    }

    private static async Task ShowAsync(
        HostWatch watch, WatchOptions options, Streams streams, WatchTally tally, WatchBaselines baselines, CancellationToken interrupted)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        if (options.Duration > TimeSpan.Zero)
        {
            end.CancelAfter(options.Duration);
        }

        // What was established before the end is told: the programs are detached, and the loop ends by itself.
        using CancellationTokenRegistration stop = end.Token.Register(watch.Stop);
        if (options is { Json: false, Summary: false })
        {
            streams.WriteRaw(baselines.IsComparing ? WatchText.HeadingOfDeviations : WatchText.Heading);
        }

        await foreach (WatchedConnection connection in watch.ConfigureAwait(false))
        {
            if (!options.Wants(connection))
            {
                continue;
            }

            tally.Add(connection);
            HopDeviation? deviation = baselines.Take(connection);
            if (baselines.IsComparing && deviation is null)
            {
                continue;
            }

            if (!options.Summary)
            {
                streams.WriteRaw(
                    options.Json ? WatchJson.Format(connection, deviation)
                    : deviation is null ? WatchText.Format(connection)
                    : WatchText.Format(connection, deviation));
            }

            if ((baselines.IsComparing ? baselines.Deviated : tally.Count) == options.Count)
            {
                break;
            }
        }
    }
}
