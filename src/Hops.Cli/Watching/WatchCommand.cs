using Hops.Cli.Output;
using Hops.Cli.Shell;
using Hops.Host.Watching;

namespace Hops.Cli.Watching;

/// <summary><c>hops watch</c>: the connections of this host, as they are established.</summary>
internal static class WatchCommand
{
    public static ExitStatus Run(WatchOptions options)
    {
        using Streams streams = new();
        using Interruption interruption = new();
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

        using (watch)
        {
            WatchTally tally = new();
            ShowAsync(watch, options, streams, tally, interruption.Token).GetAwaiter().GetResult();
            streams.WriteMessage(tally.Sentence(watch.Lost));
            if (options.Summary)
            {
                tally.WriteHistogram(streams);
            }
        }

        return ExitStatus.Measured;
    }

    private static async Task ShowAsync(HostWatch watch, WatchOptions options, Streams streams, WatchTally tally, CancellationToken interrupted)
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
            streams.WriteRaw(WatchText.Heading);
        }

        await foreach (WatchedConnection connection in watch.ConfigureAwait(false))
        {
            if (!options.Wants(connection))
            {
                continue;
            }

            tally.Add(connection);
            if (!options.Summary)
            {
                streams.WriteRaw(options.Json ? WatchJson.Format(connection) : WatchText.Format(connection));
            }

            if (tally.Count == options.Count)
            {
                break;
            }
        }
    }
}
