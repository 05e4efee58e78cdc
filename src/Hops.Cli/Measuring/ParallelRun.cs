using Hops.Cli.Measuring.Pacing;
using Hops.Common.Interop;

namespace Hops.Cli.Measuring;

/// <summary>
/// Measures many targets, several at once. Each thread makes one connection at a time and blocks meanwhile: that takes less of a processor than asynchronous
/// connects, whose threads have to wake each other up.
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
    private readonly IResults _results;
    private readonly Pace? _pace;
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
    /// <param name="attempts">What to measure. Read by one thread at a time, no further ahead of the results than these can be kept.</param>
    /// <param name="results">Takes the results, and is closed at the end.</param>
    /// <param name="pace">How fast they may begin; null for as fast as they can.</param>
    /// <param name="interrupted">Ends the run. What was measured by then is still reported.</param>
    public ParallelRun(
        Measurer measurer, int parallel, IEnumerable<Attempt> attempts, IResults results, Pace? pace, CancellationToken interrupted)
    {
        _measurer = measurer;
        _parallel = parallel;
        _attempts = attempts.GetEnumerator();
        _results = results;
        _pace = pace;
        _interrupted = interrupted;
    }

    /// <summary>A run of targets, one after the other, whose results are reported in that order.</summary>
    /// <param name="measurer">Measures one.</param>
    /// <param name="parallel">How many at once, up to <see cref="MostThreads"/>.</param>
    /// <param name="count">How often each.</param>
    /// <param name="texts">The targets.</param>
    /// <param name="report">Called for each result, by one thread at a time.</param>
    /// <param name="interrupted">Ends the run.</param>
    public ParallelRun(
        Measurer measurer, int parallel, int count, IEnumerable<string> texts, Action<Measurement> report, CancellationToken interrupted)
        : this(measurer, parallel, Attempt.Of(texts, count), new OrderedResults(report), null, interrupted)
    {
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
            _pace?.Wait(_interrupted);
            if (_threads < _parallel)
            {
                StartThread();
            }

            return true;
        }
    }
}
