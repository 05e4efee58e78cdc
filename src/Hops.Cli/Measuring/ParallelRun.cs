using Hops.Common.Interop;

namespace Hops.Cli.Measuring;

/// <summary>
/// Measures many targets, several at once, and reports the results in the order of the targets (<see cref="OrderedResults"/>). Each thread makes one connection
/// at a time and blocks meanwhile: that takes less of a processor than asynchronous connects, whose threads have to wake each other up.
/// </summary>
/// <remarks>
/// The thread pool needs no more threads than it has: races of several addresses, UDP and probing wait for answers without a thread of it, and what they do
/// with an answer does not block. Names are looked up on threads of their own.
/// </remarks>
internal sealed class ParallelRun : IDisposable
{
    /// <summary>What <c>--parallel</c> allows.</summary>
    public const int MostThreads = 1024;

    private const int StackSize = 256 * 1024;

    /// <summary>
    /// As many threads as there are would leave a server on the same machine one turn of seventeen to accept what they connect; with this it has a third, and
    /// each of them the rest of what nobody else wants.
    /// </summary>
    private const int Niceness = 10;

    private readonly Measurer _measurer;
    private readonly IEnumerator<Attempt> _attempts;
    private readonly OrderedResults _results;
    private readonly CancellationToken _interrupted;
    private readonly TaskCompletionSource _ended = new();
    private readonly Lock _taking = new();
    private Exception? _unreadable;
    private bool _isAtEnd;
    private int _parallel;
    private int _threads;
    private int _working;

    /// <param name="measurer">Measures one.</param>
    /// <param name="parallel">How many at once, up to <see cref="MostThreads"/>.</param>
    /// <param name="count">How often each.</param>
    /// <param name="texts">The targets. Read by one thread at a time, no further ahead of the results than these can be kept.</param>
    /// <param name="report">Called for each result, in order, by one thread at a time.</param>
    /// <param name="interrupted">Ends the run. What was measured by then is still reported.</param>
    public ParallelRun(
        Measurer measurer, int parallel, int count, IEnumerable<string> texts, Action<Measurement> report, CancellationToken interrupted)
    {
        _measurer = measurer;
        _parallel = parallel;
        _attempts = Attempts(texts, count).GetEnumerator();
        _results = new OrderedResults(report);
        _interrupted = interrupted;
    }

    /// <summary>Returns when all is reported.</summary>
    /// <exception cref="IOException">Targets could not be read, or results not be reported.</exception>
    /// <exception cref="UnauthorizedAccessException">Targets could not be read.</exception>
    public void Run()
    {
        // In a list with many names whose servers are silent each of these look-ups lasts longer than its target's time, and the others need their turn.
        HostAddresses.MaximumLookUps = MostThreads;
        StartThread();
        try
        {
            _ended.Task.WaitAsync(_interrupted).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (_interrupted.IsCancellationRequested)
        {
            // Threads that wait, for an answer or for input, are left to themselves.
        }

        _results.Close();
        if (_unreadable is { } unreadable && !_interrupted.IsCancellationRequested)
        {
            throw unreadable;
        }
    }

    public void Dispose() => _results.Dispose();

    private static IEnumerable<Attempt> Attempts(IEnumerable<string> texts, int count)
    {
        foreach (string text in texts)
        {
            for (int number = 1; number <= count; number++)
            {
                yield return new Attempt(text, number);
            }
        }
    }

    private void StartThread()
    {
        _threads++;
        Interlocked.Increment(ref _working);
        try
        {
            new Thread(Work, StackSize) { IsBackground = true, Name = "measure" }.Start();
        }
        catch (OutOfMemoryException) when (_threads > 1)
        {
            // This user may have no more (RLIMIT_NPROC), or there is no memory for a stack: those that there are go on.
            _parallel = --_threads;
            Interlocked.Decrement(ref _working);
        }
    }

    private void Work()
    {
        if (OperatingSystem.IsLinux())
        {
            // Of Linux, nice(2) is for the calling thread alone.
            _ = LibC.BeNice(Niceness);
        }

        try
        {
            while (TryTake(out Attempt attempt, out long place))
            {
                _results.Add(place, _measurer.Measure(attempt.Text, attempt.Number, _interrupted));
            }
        }
        catch (OperationCanceledException) when (_interrupted.IsCancellationRequested)
        {
            // Interrupted.
        }
        catch (Exception e)
        {
            // Nobody reads results any more (a closed pipe), or something is broken: the others are not waited for.
            _ended.TrySetException(e);
        }

        if (Interlocked.Decrement(ref _working) == 0)
        {
            _ended.TrySetResult();
        }
    }

    private bool TryTake(out Attempt attempt, out long place)
    {
        lock (_taking)
        {
            attempt = default;
            place = 0;
            try
            {
                _isAtEnd = _isAtEnd || !_attempts.MoveNext();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // What was read before is measured all the same.
                _unreadable = e;
                _isAtEnd = true;
            }

            if (_isAtEnd)
            {
                return false;
            }

            attempt = _attempts.Current;
            place = _results.NextPlace(_interrupted);
            if (_threads < _parallel)
            {
                StartThread();
            }

            return true;
        }
    }

    /// <param name="Text">The target.</param>
    /// <param name="Number">From 1 to as many as were asked for.</param>
    private readonly record struct Attempt(string Text, int Number);
}
