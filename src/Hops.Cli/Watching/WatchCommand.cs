using Hops.Cli.Output;
using Hops.Cli.Shell;
using Hops.Cli.Syntax;
using Hops.Host.Learning;
using Hops.Host.Watching;

namespace Hops.Cli.Watching;

/// <summary>Implements <c>hops watch</c>, which shows the connections of this host when they are established.</summary>
internal static class WatchCommand
{
    public static ExitStatus Run(WatchOptions options)
    {
        using Streams streams = new();
        if (options.Top && streams.OutputTerminal is not { Profile.Capabilities.Ansi: true })
        {
            return WrongUsage.Tell("--top needs a terminal that can place its cursor, and standard output is not one");
        }

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
            // A learning watch writes its file with the rights of its user, and a sharing one reads the kernel's memory for each answer.
            if (options.Learn is null && !options.Kernel.WithShare && !Root.GiveUp())
            {
                StandardError.WriteLine("hops: the watch could not change from root to the user nobody, and continues as root.");
            }

            WatchTally tally = new();
            new WatchRun(watch, options, streams, tally, baselines).Show(interruption.Token);
            isGone = watch.IsCgroupGone;
            if (isGone)
            {
                StandardError.WriteLine("hops: the cgroup was removed, so the watch ends: a unit that is started again gets another cgroup.");
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
}
