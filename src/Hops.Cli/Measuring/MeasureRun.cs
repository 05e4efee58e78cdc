using System.Threading.Channels;

namespace Hops.Cli.Measuring;

/// <summary>
/// Measures many targets, several at once, and gives the results in the order of the targets. One that is slow to answer does not hold the others up: the
/// results of up to <see cref="Ahead"/> later ones wait for it.
/// </summary>
internal sealed class MeasureRun(Measurer measurer, int parallel, int count)
{
    private const int Ahead = 4096;

    /// <param name="texts">The targets.</param>
    /// <param name="report">Called for each result, in order, by one thread at a time.</param>
    /// <param name="interrupted">Stops connecting. What was measured by then is still reported.</param>
    public async Task RunAsync(IAsyncEnumerable<string> texts, Action<Measurement> report, CancellationToken interrupted)
    {
        Channel<Task<Measurement>> started = Channel.CreateBounded<Task<Measurement>>(new BoundedChannelOptions(Ahead) { SingleReader = true, SingleWriter = true });
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        Task starting = StartAllAsync(texts, started.Writer, stop.Token);
        try
        {
            await foreach (Task<Measurement> measurement in started.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                await ((Task)measurement).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!measurement.IsCanceled)
                {
                    report(await measurement.ConfigureAwait(false));
                }
            }
        }
        finally
        {
            // When reporting failed (a closed pipe), nobody needs the rest.
            await stop.CancelAsync().ConfigureAwait(false);
            await starting.ConfigureAwait(false);
        }
    }

    private async Task StartAllAsync(IAsyncEnumerable<string> texts, ChannelWriter<Task<Measurement>> started, CancellationToken interrupted)
    {
        using SemaphoreSlim free = new(parallel);
        List<Task> running = [];
        try
        {
            await foreach (string text in texts.WithCancellation(interrupted).ConfigureAwait(false))
            {
                for (int attempt = 1; attempt <= count; attempt++)
                {
                    // First a place for the result: what was started is reported, even if it is interrupted.
                    await started.WaitToWriteAsync(interrupted).ConfigureAwait(false);
                    await free.WaitAsync(interrupted).ConfigureAwait(false);
                    Task<Measurement> measurement = MeasureAsync(text, attempt, free, interrupted);
                    running.RemoveAll(static t => t.IsCompleted);
                    running.Add(measurement);
                    _ = started.TryWrite(measurement);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Interrupted: what was started is reported, the rest is not started.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            started.Complete(e);
        }
        finally
        {
            started.TryComplete();
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<Measurement> MeasureAsync(string text, int attempt, SemaphoreSlim free, CancellationToken interrupted)
    {
        try
        {
            return await measurer.MeasureAsync(text, attempt, interrupted).ConfigureAwait(false);
        }
        finally
        {
            free.Release();
        }
    }
}
