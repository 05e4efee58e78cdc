using System.Net;
using EgressProxy.Settings;

namespace EgressProxy.Clients;

/// <summary>Counts the connections of clients, tunnels or not: in all, and of each address.</summary>
internal sealed class ConnectionLimits(ProxyOptions options)
{
    private readonly Dictionary<IPAddress, int> _counts = [];
    private readonly Lock _lock = new();
    private int _total;

    /// <returns>Whether there is room for one more; then <see cref="Leave"/> follows.</returns>
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
