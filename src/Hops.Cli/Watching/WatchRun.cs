using Hops.Cli.Names;
using Hops.Cli.Output;
using Hops.Cli.Watching.Distances;
using Hops.Cli.Watching.Top;
using Hops.Host.Learning;
using Hops.Host.Watching;

namespace Hops.Cli.Watching;

/// <summary>Represents a running watch, and shows its connections as lines or as a table, and counts them.</summary>
internal sealed class WatchRun(HostWatch watch, WatchOptions options, Streams streams, WatchTally tally, WatchBaselines baselines)
{
    private readonly RemoteNames? _names = options.Names ? new(ReverseDns.NameOf) : null;
    private TopTable? _table;
    private int _told;

    /// <summary>Shows connections until the end.</summary>
    public void Show(CancellationToken interrupted)
    {
        if (options.Top)
        {
            ShowTable(interrupted);
        }
        else
        {
            ReadAsync(interrupted).GetAwaiter().GetResult();
        }
    }

    /// <summary>Reads on a thread of the pool, so that drawing does not delay it.</summary>
    private void ShowTable(CancellationToken interrupted)
    {
        _table = new(address => _names?.Find(address));
        Task watching = Task.Run(() => ReadAsync(interrupted), CancellationToken.None);
        try
        {
            new TopScreen(streams.OutputTerminal!, _table, options.Names, () => watch.Lost).ShowUntil(watching, watch.Stop);
        }
        finally
        {
            watch.Stop();
            watching.GetAwaiter().GetResult();
        }
    }

    private async Task ReadAsync(CancellationToken interrupted)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        if (options.Duration > TimeSpan.Zero)
        {
            end.CancelAfter(options.Duration);
        }

        // Stop detaches the eBPF programs; the loop then ends after all connections that were established before.
        using CancellationTokenRegistration stop = end.Token.Register(watch.Stop);
        streams.KeepLines();
        if (options is { Json: false, Summary: false, Top: false })
        {
            streams.WriteRaw(WatchText.Heading(baselines.IsComparing, options.Names));
        }

        await using IAsyncEnumerator<WatchedConnection> told = watch.GetAsyncEnumerator(CancellationToken.None);
        while (_told != options.Count)
        {
            ValueTask<bool> next = told.MoveNextAsync();
            if (!next.IsCompleted)
            {
                // Printing can wait, and many lines at once take less time.
                streams.Flush();
            }

            if (!await next.ConfigureAwait(false))
            {
                break;
            }

            if (options.Wants(told.Current))
            {
                Take(told.Current);
            }
        }

        streams.Flush();
    }

    private void Take(WatchedConnection connection)
    {
        _table?.Add(connection);
        tally.Add(connection);
        HopDeviation? deviation = baselines.Take(connection);
        if (baselines.IsComparing && deviation is null)
        {
            return;
        }

        if (options.Summary || options.Top)
        {
            _told += DistanceCounts.IsNew(connection) ? 1 : 0;
            return;
        }

        _told++;
        string? name = _names?.Find(connection.RemoteEndPoint.Address);
        if (options.Json)
        {
            streams.WriteRaw(WatchJson.Format(connection, deviation, name));
        }
        else
        {
            streams.WriteRaw(WatchText.Format(connection, deviation, options.Names ? name ?? "-" : null));
        }
    }
}
