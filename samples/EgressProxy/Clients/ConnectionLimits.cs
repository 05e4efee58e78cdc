using System.Net;
using EgressProxy.Settings;

namespace EgressProxy.Clients;

/// <summary>Limits the number of client connections, tunnels or not, in total and for each address.</summary>
internal sealed class ConnectionLimits(ProxyOptions options)
{
    private readonly Dictionary<IPAddress, int> _counts = [];
    private readonly Lock _lock = new();
    private int _total;

    /// <returns>Whether one more connection is allowed. The caller must then call <see cref="Leave"/> at its end.</returns>
    public bool TryEnter(IPAddress client)
    {
        lock (_lock)
        {
            int count = _counts.GetValueOrDefault(client);
            if (_total >= options.MaximumConnections || count >= options.MaximumConnectionsPerClient)
            {
                return false;
            }

            _counts[client] = count + 1;
            _total++;
            return true;
        }
    }

    public void Leave(IPAddress client)
    {
        lock (_lock)
        {
            _total--;
            if (--_counts[client] == 0)
            {
                _counts.Remove(client);
            }
        }
    }
}
