using Hops.Cli.Output;
using Hops.Cli.Shell;
using Hops.Cli.Syntax;
using Hops.Cli.Watching.Names;
using Hops.Cli.Watching.Top;
using Hops.Host.Watching;

namespace Hops.Cli.Watching;

/// <summary><c>hops watch</c>: the connections of this host, as they are established.</summary>
internal static class WatchCommand
{
    public static ExitStatus Run(WatchOptions options)
    {
        using Streams streams = new();
        if (options.Top && streams.OutputTerminal is not { Profile.Capabilities.Ansi: true })
        {
            return WrongUsage.Tell("--top draws on a terminal that can place its cursor, and standard output is none");
        }

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
            RemoteNames? names = options.Names ? new(ReverseDns.NameOf) : null;
            if (options.Top)
            {
                ShowTable(watch, options, streams, tally, names, interruption.Token);
            }
            else
            {
                ShowAsync(watch, options, streams, tally, names, null, interruption.Token).GetAwaiter().GetResult();
            }

            streams.WriteMessage(tally.Sentence(watch.Lost));
            if (options.Summary)
            {
                tally.WriteHistogram(streams);
            }
        }

        return ExitStatus.Measured;
    }

    /// <summary>Reads on a thread of the pool, so that drawing does not hold it up.</summary>
    private static void ShowTable(
        HostWatch watch, WatchOptions options, Streams streams, WatchTally tally, RemoteNames? names, CancellationToken interrupted)
    {
        TopTable table = new(address => names?.Find(address));
        Task watching = Task.Run(() => ShowAsync(watch, options, streams, tally, names, table, interrupted), CancellationToken.None);
        try
        {
            new TopScreen(streams.OutputTerminal!, table, options.Names).ShowUntil(watching, () => watch.Lost, watch.Stop);
        }
        finally
        {
            watch.Stop();
            watching.GetAwaiter().GetResult();
        }
    }

    /// <param name="watch">The watch.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="streams">Where lines go.</param>
    /// <param name="tally">Counts.</param>
    /// <param name="names">Where names come from; null for no names.</param>
    /// <param name="table">Takes connections instead of lines.</param>
    /// <param name="interrupted">Ends it.</param>
    private static async Task ShowAsync(
        HostWatch watch, WatchOptions options, Streams streams, WatchTally tally, RemoteNames? names, TopTable? table, CancellationToken interrupted)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        if (options.Duration > TimeSpan.Zero)
        {
            end.CancelAfter(options.Duration);
        }

        // What was established before the end is told: the programs are detached, and the loop ends by itself.
        using CancellationTokenRegistration stop = end.Token.Register(watch.Stop);
        if (options is { Json: false, Summary: false, Top: false })
        {
            streams.WriteRaw(names is null ? WatchText.Heading : WatchText.HeadingWithName);
        }

        await foreach (WatchedConnection connection in watch.ConfigureAwait(false))
        {
            if (!options.Wants(connection))
            {
                continue;
            }

            table?.Add(connection);
            if (options.Top && connection.Event is ConnectionEvent.Closed)
            {
                // It was counted when it was established.
                continue;
            }

            tally.Add(connection);
            if (options is { Summary: false, Top: false })
            {
                string? name = names?.Find(connection.RemoteEndPoint.Address);
                streams.WriteRaw(options.Json ? WatchJson.Format(connection, name)
                    : names is null ? WatchText.Format(connection) : WatchText.FormatWithName(connection, name));
            }

            if (tally.Count == options.Count)
            {
                break;
            }
        }
    }
}
