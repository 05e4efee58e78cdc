using Hops.Cli.Measuring.Pacing;
using Hops.Common.Interop;

namespace Hops.Cli.Measuring;

/// <summary>
/// Measures many targets, several at once. Each thread makes one connection at a time and blocks, which takes less processor time than asynchronous
/// connects, whose threads wake each other up.
/// </summary>
/// <remarks>
/// The thread pool needs no further threads: races of several addresses, UDP and probing use none of its threads while they wait, and handle answers
/// without blocking. Names are looked up on threads of their own.
/// </remarks>
internal sealed class ParallelRun : IDisposable
{
    /// <summary>The maximum of <c>--parallel</c>.</summary>
    public const int MostThreads = 1024;

    private const int StackSize = 256 * 1024;

    /// <summary>
    /// The nice value of the threads. Without it, a server on the same machine would get one seventeenth of the processor to accept their connections; with
    /// it the server gets a third, and the threads get the time that no other thread uses.
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

    /// <param name="measurer">Measures a target.</param>
    /// <param name="parallel">How many targets to measure at once, up to <see cref="MostThreads"/>.</param>
    /// <param name="attempts">The attempts. One thread at a time reads them, only as far ahead as there is room for results.</param>
    /// <param name="results">Takes the results, and is closed at the end.</param>
    /// <param name="pace">How fast attempts may begin; null for no limit.</param>
    /// <param name="interrupted">Ends the run. The results until then are still reported.</param>
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

    /// <summary>Creates a run whose results are reported in the order of the targets.</summary>
    /// <param name="measurer">Measures a target.</param>
    /// <param name="parallel">How many targets to measure at once, up to <see cref="MostThreads"/>.</param>
    /// <param name="count">How often to measure each target.</param>
    /// <param name="texts">The targets.</param>
    /// <param name="report">Called for each result, by one thread at a time.</param>
    /// <param name="interrupted">Ends the run.</param>
    public ParallelRun(
        Measurer measurer, int parallel, int count, IEnumerable<string> texts, Action<Measurement> report, CancellationToken interrupted)
        : this(measurer, parallel, Attempt.Of(texts, count), new OrderedResults(report), null, interrupted)
    {
    }

    /// <summary>Measures all targets, and returns when all results are reported.</summary>
    /// <exception cref="IOException">Targets could not be read, or results could not be reported.</exception>
    /// <exception cref="UnauthorizedAccessException">Targets could not be read.</exception>
    public void Run()
    {
        // If the name servers of many names do not answer, each look-up takes longer than its target's time, and the others need their turn.
        HostAddresses.MaximumLookUps = MostThreads;
        StartThread();
        try
        {
            _ended.Task.WaitAsync(_interrupted).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (_interrupted.IsCancellationRequested)
        {
            // Threads that wait for an answer or for input are not waited for.
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
            // This user may have no more threads (RLIMIT_NPROC), or there is no memory for a stack: the existing threads continue.
            _parallel = --_threads;
            Interlocked.Decrement(ref _working);
        }
    }

    private void Work()
    {
        if (OperatingSystem.IsLinux())
        {
            // On Linux, nice(2) affects only the calling thread.
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
            // The output is a closed pipe, or something else failed: the run does not wait for the others.
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
                // Targets that were read before are still measured.
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
