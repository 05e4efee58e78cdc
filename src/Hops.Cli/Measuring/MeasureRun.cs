using System.Runtime.CompilerServices;

namespace Hops.Cli.Measuring;

/// <summary>Measures many targets, several at once, and reports the results in the order of the targets (<see cref="OrderedResults"/>).</summary>
internal sealed class MeasureRun(Measurer measurer, int parallel, int count)
{
    /// <summary>
    /// What comes after an asynchronous connect is run by the thread that the kernel told of it, instead of waking another: a sixth of the time. Such a thread must not be held up, so
    /// results are written by another one. Read by .NET when the first socket is made.
    /// </summary>
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>
    /// A look-up of a name blocks a thread of the pool, for as long as the resolver waits, also when its target's time is over. The pool makes new ones only twice a second once it has
    /// more than this, and until then nobody's time would end. It makes none that nothing waits for.
    /// </summary>
    private const int Threads = 1024;

    /// <summary>Reports all on this thread.</summary>
    /// <param name="texts">The targets.</param>
    /// <param name="report">Called for each result, in order.</param>
    /// <param name="interrupted">Stops connecting. What was measured by then is still reported.</param>
    /// <exception cref="IOException">Targets could not be read, or results not be reported.</exception>
    /// <exception cref="UnauthorizedAccessException">Targets could not be read.</exception>
    public void Run(IAsyncEnumerable<string> texts, Action<Measurement> report, CancellationToken interrupted)
    {
        Environment.SetEnvironmentVariable(InlineCompletions, "1");
        ThreadPool.GetMinThreads(out _, out int ports);
        ThreadPool.SetMinThreads(Threads, ports);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        using OrderedResults results = new();
        Task measuring = Task.Run(() => MeasureAllAsync(texts, results, stop.Token), CancellationToken.None);
        try
        {
            results.ReportAll(report);
        }
        finally
        {
            // When reporting fails (a closed pipe), nobody needs the rest.
            stop.Cancel();
            measuring.ContinueWith(static _ => { }, TaskScheduler.Default).Wait(CancellationToken.None);
        }

        // Why targets could not be read.
        measuring.GetAwaiter().GetResult();
    }

    private async Task MeasureAllAsync(IAsyncEnumerable<string> texts, OrderedResults results, CancellationToken stop)
    {
        try
        {
            await Parallel.ForEachAsync(AttemptsAsync(texts, results, stop), new ParallelOptions { MaxDegreeOfParallelism = parallel }, MeasureAsync).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What was measured is reported, the rest is not started.
        }
        finally
        {
            results.Complete();
        }

        // Not the loop's own token: when reading targets fails, what was started is still measured.
        async ValueTask MeasureAsync(Attempt attempt, CancellationToken _)
        {
            Measurement? measurement = null;
            try
            {
                measurement = await measurer.MeasureAsync(attempt.Text, attempt.Number, stop).ConfigureAwait(false);
            }
            finally
            {
                // Where it was stopped there is no result, but perhaps of those behind it.
                results.Add(attempt.Place, measurement);
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
