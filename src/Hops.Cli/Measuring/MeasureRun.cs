using System.Runtime.CompilerServices;

namespace Hops.Cli.Measuring;

/// <summary>Measures many targets, several at once, and gives the results in the order of the targets (<see cref="OrderedResults"/>).</summary>
internal sealed class MeasureRun(Measurer measurer, int parallel, int count)
{
    /// <param name="texts">The targets.</param>
    /// <param name="report">Called for each result, in order, by one thread at a time.</param>
    /// <param name="interrupted">Stops connecting. What was measured by then is still reported.</param>
    public async Task RunAsync(IAsyncEnumerable<string> texts, Action<Measurement> report, CancellationToken interrupted)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        using OrderedResults results = new(report);
        try
        {
            await Parallel.ForEachAsync(AttemptsAsync(texts, results, stop.Token), new ParallelOptions { MaxDegreeOfParallelism = parallel }, MeasureAsync).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            // Interrupted: what was measured is reported, the rest is not started.
        }

        // Not the loop's own token: when reading targets fails, what was started is still measured and reported.
        async ValueTask MeasureAsync(Attempt attempt, CancellationToken _)
        {
            Measurement? measurement = null;
            try
            {
                measurement = await measurer.MeasureAsync(attempt.Text, attempt.Number, stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Of this one there is no result, but of those after it.
            }

            try
            {
                results.Add(attempt.Place, measurement);
            }
            catch
            {
                // When reporting fails (a closed pipe), nobody needs the rest.
                await stop.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    private async IAsyncEnumerable<Attempt> AttemptsAsync(IAsyncEnumerable<string> texts, OrderedResults results, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (string text in texts.WithCancellation(stop).ConfigureAwait(false))
        {
            for (int number = 1; number <= count; number++)
            {
                yield return new Attempt(text, number, await results.NextPlaceAsync(stop).ConfigureAwait(false));
            }
        }
    }

    /// <param name="Text">The target.</param>
    /// <param name="Number">From 1 to as many as were asked for.</param>
    /// <param name="Place">Where the result goes.</param>
    private readonly record struct Attempt(string Text, int Number, long Place);
}
