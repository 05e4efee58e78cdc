using System.Diagnostics;
using System.Net;

namespace Hops.Cli.Names;

/// <summary>
/// Looks up the names of remote ends in the background, so that callers never wait. An address that was not requested before has no name yet.
/// </summary>
/// <remarks>
/// Look-ups run on threads of their own, because the system's resolver blocks a thread for as long as a name server is silent, and cannot be stopped. The
/// threads do not keep the program from ending. A look-up that waits too long is dropped, and made when the name is requested again.
/// </remarks>
/// <param name="resolve">Looks a name up; may block.</param>
internal sealed class RemoteNames(Func<IPAddress, string?> resolve)
{
    /// <summary>The maximum number of look-ups at once.</summary>
    public const int MaximumLookUps = 16;

    private const int MaximumWaiting = 1024;
    private const int MaximumKept = 4096;
    private const int StackSize = 256 * 1024;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KeepName = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan KeepNothing = TimeSpan.FromMinutes(2);

    private readonly object _lock = new();
    private readonly Dictionary<IPAddress, Entry> _entries = [];
    private readonly Queue<(IPAddress Address, long Since)> _waiting = new();
    private int _threads;
    private int _idle;

    /// <summary>Returns the name, if it is known by now. Otherwise starts a look-up for the next call.</summary>
    public string? Find(IPAddress address)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(address, out Entry known) && known.End > Stopwatch.GetTimestamp())
            {
                return known.Name;
            }

            if (_waiting.Count < MaximumWaiting)
            {
                MakeRoom();
                // This entry prevents a second look-up meanwhile. A dropped look-up removes it.
                _entries[address] = new(known.Name, long.MaxValue);
                _waiting.Enqueue((address, Stopwatch.GetTimestamp()));
                FindThread();
            }

            return known.Name;
        }
    }

    private void FindThread()
    {
        if (_waiting.Count <= _idle)
        {
            Monitor.Pulse(_lock);
        }
        else if (_threads < MaximumLookUps)
        {
            try
            {
                new Thread(Work, StackSize) { IsBackground = true, Name = "look up names" }.UnsafeStart();
                _threads++;
            }
            catch (OutOfMemoryException)
            {
                // This process cannot start more threads: names come later, records do not.
            }
        }
    }

    private void Work()
    {
        while (true)
        {
            IPAddress address = Take();
            string? name = resolve(address);
            lock (_lock)
            {
                _entries[address] = new(name, After(name is null ? KeepNothing : KeepName));
            }
        }
    }

    private IPAddress Take()
    {
        lock (_lock)
        {
            while (true)
            {
                while (_waiting.TryDequeue(out (IPAddress Address, long Since) next))
                {
                    if (Stopwatch.GetElapsedTime(next.Since) < LongestWait)
                    {
                        return next.Address;
                    }

                    _entries.Remove(next.Address);
                }

                _idle++;
                Monitor.Wait(_lock);
                _idle--;
            }
        }
    }

    /// <summary>Removes expired names, or else those that expire first.</summary>
    private void MakeRoom()
    {
        if (_entries.Count < MaximumKept)
        {
            return;
        }

        // Removes a quarter at once, so that not every new address leads to sorting.
        foreach (IPAddress address in _entries.OrderBy(static entry => entry.Value.End).Take(MaximumKept / 4).Select(static entry => entry.Key).ToArray())
        {
            _entries.Remove(address);
        }
    }

    private static long After(TimeSpan time) => Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);

    /// <param name="Name">The name; null for none, or none yet.</param>
    /// <param name="End">When the name expires, in the units of <see cref="Stopwatch.GetTimestamp"/>.</param>
    private readonly record struct Entry(string? Name, long End);
}
