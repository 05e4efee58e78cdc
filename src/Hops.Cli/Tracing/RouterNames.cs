using System.Net;
using Hops.Cli.Names;

namespace Hops.Cli.Tracing;

/// <summary>
/// Looks up the names of routers on threads of their own, which do not keep the program from ending: the system's resolver blocks while a name server does
/// not answer.
/// </summary>
internal sealed class RouterNames
{
    private const int MostThreads = 16;
    private const int StackSize = 256 * 1024;

    private readonly object _lock = new();
    private readonly Dictionary<IPAddress, string> _names = [];
    private readonly Queue<IPAddress> _waiting;
    private int _open;

    private RouterNames(IReadOnlyCollection<IPAddress> addresses)
    {
        _waiting = new(addresses);
        _open = addresses.Count;
    }

    /// <summary>Returns the names that are known after a maximum time.</summary>
    public static IReadOnlyDictionary<IPAddress, string> Of(IReadOnlyCollection<IPAddress> addresses, TimeSpan timeout, CancellationToken interrupted)
    {
        RouterNames names = new(addresses);
        for (int i = 0; i < Math.Min(addresses.Count, MostThreads); i++)
        {
            try
            {
                new Thread(names.Work, StackSize) { IsBackground = true, Name = "look up names" }.UnsafeStart();
            }
            catch (OutOfMemoryException)
            {
                // This user may start no more threads: the trace is shown with the names that are found.
                break;
            }
        }

        return names.Wait(timeout, interrupted);
    }

    private Dictionary<IPAddress, string> Wait(TimeSpan timeout, CancellationToken interrupted)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        using CancellationTokenRegistration wake = stop.Token.UnsafeRegister(_ => Wake(), null);
        stop.CancelAfter(timeout);
        lock (_lock)
        {
            while (_open > 0 && !stop.IsCancellationRequested)
            {
                Monitor.Wait(_lock);
            }

            return new(_names);
        }
    }

    private void Wake()
    {
        lock (_lock)
        {
            Monitor.PulseAll(_lock);
        }
    }

    private void Work()
    {
        while (Next() is { } address)
        {
            string? name = ReverseDns.NameOf(address);
            lock (_lock)
            {
                if (name is not null)
                {
                    _names[address] = name;
                }

                _open--;
                Monitor.PulseAll(_lock);
            }
        }
    }

    private IPAddress? Next()
    {
        lock (_lock)
        {
            return _waiting.TryDequeue(out IPAddress? address) ? address : null;
        }
    }
}
