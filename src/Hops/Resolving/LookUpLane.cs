using System.Globalization;
using System.Net;

namespace Hops.Resolving;

/// <summary>
/// Looks up names on dedicated threads. The system's resolver blocks a thread while a name server does not answer, for 10 seconds and more, and cannot be
/// stopped (getaddrinfo(3), resolv.conf(5)). On threads of the pool, such names would block all other work of the process.
/// </summary>
/// <remarks>
/// Concurrent requests for a name share one look-up. Answers are not cached. If all threads are in use, names are queued in order, and are removed from the
/// queue when no caller waits for them any more.
/// </remarks>
/// <param name="resolve">Asks the resolver; may block.</param>
/// <param name="maximum">The most threads. They are made on demand, and end when there is nothing to do.</param>
internal sealed class LookUpLane(Func<string, IPAddress[]> resolve, int maximum)
{
    private const int StackSize = 256 * 1024;

    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(10);

    private readonly object _lock = new();
    private readonly Dictionary<string, LookUp> _current = new(StringComparer.OrdinalIgnoreCase);
    private readonly LinkedList<LookUp> _queue = new();
    private int _maximum = maximum;
    private int _threads;
    private int _idle;

    /// <summary>The most threads. When it is lowered, threads that are there stay.</summary>
    public int Maximum
    {
        get => Volatile.Read(ref _maximum);
        set => Volatile.Write(ref _maximum, value);
    }

    /// <summary>Looks a name up.</summary>
    /// <param name="name">In ASCII. Case does not matter.</param>
    /// <param name="timeout">How long to wait in all, also for a thread.</param>
    /// <param name="cancellationToken">Cancels waiting, at once. Others that wait for the same name are not affected.</param>
    /// <exception cref="TimeoutException">There was no answer in time. The message is the end of a sentence.</exception>
    public async Task<IPAddress[]> LookUpAsync(string name, TimeSpan timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LookUp lookUp = Join(name);
        try
        {
            await lookUp.Ended.WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
            return lookUp.Answer();
        }
        catch (TimeoutException)
        {
            throw NotInTime(lookUp, timeout);
        }
        finally
        {
            Leave(lookUp);
        }
    }

    /// <summary>The same, blocking the calling thread, and with no other thread than that of the look-up.</summary>
    /// <inheritdoc cref="LookUpAsync"/>
    public IPAddress[] LookUp(string name, TimeSpan timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LookUp lookUp = Join(name);
        try
        {
            return lookUp.Ended.Wait(timeout, cancellationToken) ? lookUp.Answer() : throw NotInTime(lookUp, timeout);
        }
        finally
        {
            Leave(lookUp);
        }
    }

    private LookUp Join(string name)
    {
        lock (_lock)
        {
            if (!_current.TryGetValue(name, out LookUp? lookUp))
            {
                lookUp = new LookUp(name);
                _queue.AddLast(lookUp);
                FindThread();
                _current.Add(name, lookUp);
            }

            lookUp.Waiters++;
            return lookUp;
        }
    }

    private void Leave(LookUp lookUp)
    {
        lock (_lock)
        {
            // A look-up that has begun ends only when the resolver returns. Until then further requests join it, so a name without an answer takes only one
            // thread.
            if (--lookUp.Waiters == 0 && !lookUp.HasBegun)
            {
                _queue.Remove(lookUp);
                _current.Remove(lookUp.Name);
            }
        }
    }

    /// <summary>For what was queued last.</summary>
    private void FindThread()
    {
        if (_queue.Count <= _idle)
        {
            Monitor.Pulse(_lock);
            return;
        }

        if (_threads >= Maximum)
        {
            return;
        }

        try
        {
            // Without the caller's execution context, because the thread later serves other callers.
            new Thread(Work, StackSize) { IsBackground = true, Name = "look up names" }.UnsafeStart();
            _threads++;
        }
        catch (OutOfMemoryException) when (_threads > 0)
        {
            // No more threads can be created; the existing ones continue.
        }
        catch
        {
            _queue.RemoveLast();
            throw;
        }
    }

    private void Work()
    {
        while (Take() is { } lookUp)
        {
            lookUp.Run(resolve);
            lock (_lock)
            {
                // Removed before the answer is published, so that a later request starts a new look-up.
                _current.Remove(lookUp.Name);
            }

            lookUp.End();
        }
    }

    private LookUp? Take()
    {
        lock (_lock)
        {
            while (_queue.First is null)
            {
                _idle++;
                bool woken = Monitor.Wait(_lock, IdleTime);
                _idle--;
                if (!woken && _queue.First is null)
                {
                    _threads--;
                    return null;
                }
            }

            LookUp next = _queue.First.Value;
            _queue.RemoveFirst();
            next.HasBegun = true;
            return next;
        }
    }

    private TimeoutException NotInTime(LookUp lookUp, TimeSpan timeout)
    {
        lock (_lock)
        {
            string seconds = timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            return new TimeoutException(lookUp.HasBegun
                ? $"no answer within {seconds} s"
                : $"it was not begun within {seconds} s, because {_threads} other names are being looked up whose name servers do not answer");
        }
    }
}
