using System.Diagnostics;
using System.Net;

namespace Hops.Cli.Measuring.Pacing;

/// <summary>
/// Limits the connections per second to one host, so that measuring does not load it: one second's worth at once, then evenly spaced. Loopback addresses are
/// exempt, because they load only this machine.
/// </summary>
/// <param name="perSecond">The number of connections.</param>
internal sealed class HostPace(int perSecond)
{
    private const int UsualHosts = 4096;

    private readonly Rate _rate = new(perSecond, TimeSpan.FromSeconds(1) - (TimeSpan.FromSeconds(1) / perSecond));
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, long> _even = [];
    private int _most = UsualHosts;

    /// <summary>Waits until the next attempt may begin.</summary>
    /// <param name="host">The host to measure.</param>
    /// <param name="connections">How many connections the attempt may make.</param>
    /// <param name="interrupted">Cancels the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
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

    /// <summary>Removes the hosts at which an attempt may begin at once: they need no state.</summary>
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
