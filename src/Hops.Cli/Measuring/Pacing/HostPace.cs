using System.Diagnostics;
using System.Net;

namespace Hops.Cli.Measuring.Pacing;

/// <summary>
/// How many attempts may begin in a second at one host, which nobody asked whether it likes to be measured: a second's worth at once, and from then on evenly.
/// This machine itself is not spared.
/// </summary>
/// <param name="perSecond">How many connections.</param>
internal sealed class HostPace(int perSecond)
{
    private const int UsualHosts = 4096;

    private readonly Rate _rate = new(perSecond, TimeSpan.FromSeconds(1) - (TimeSpan.FromSeconds(1) / perSecond));
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, long> _even = [];
    private int _most = UsualHosts;

    /// <summary>Waits until the next may begin.</summary>
    /// <param name="host">Whom to measure.</param>
    /// <param name="connections">How many connections that may take.</param>
    /// <param name="interrupted">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public void Wait(IPAddress host, int connections, CancellationToken interrupted)
    {
        if (!IPAddress.IsLoopback(host))
        {
            Pause.Until(Next(host, connections), interrupted);
        }
    }

    private long Next(IPAddress host, int connections)
    {
        lock (_lock)
        {
            if (_even.Count >= _most)
            {
                Forget();
            }

            _even.TryGetValue(host, out long even);
            long start = _rate.Next(ref even, connections);
            _even[host] = even;
            return start;
        }
    }

    /// <summary>Who may begin at once has nothing that must be remembered.</summary>
    private void Forget()
    {
        long now = Stopwatch.GetTimestamp();
        foreach ((IPAddress host, long even) in _even)
        {
            if (even <= now)
            {
                _even.Remove(host);
            }
        }

        _most = Math.Max(UsualHosts, 2 * _even.Count);
    }
}
