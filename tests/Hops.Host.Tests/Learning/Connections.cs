using System.Net;
using Hops.Host.Learning;
using Hops.Host.Watching;

namespace Hops.Host.Tests.Learning;

/// <summary>Connections as a watch would tell them.</summary>
internal static class Connections
{
    public static WatchedConnection Outgoing(string remote, int? ttl) => Of(ConnectionDirection.Outgoing, "192.0.2.200:45678", remote, ttl);

    public static WatchedConnection Incoming(string local, string remote, int? ttl) => Of(ConnectionDirection.Incoming, local, remote, ttl);

    public static WatchedConnection Of(ConnectionDirection? direction, string local, string remote, int? ttl) => new()
    {
        Event = ConnectionEvent.Opened,
        Time = DateTimeOffset.UnixEpoch,
        Direction = direction,
        LocalEndPoint = IPEndPoint.Parse(local),
        RemoteEndPoint = IPEndPoint.Parse(remote),
        Cookie = 1,
        NetworkNamespace = 1,
        Distance = ttl is { } received ? HopDistance.FromReceivedTtl(received) : null,
    };

    /// <summary>Learns as many networks as there is room for: 1.0.0.0/24 and those behind it.</summary>
    public static void Fill(HopBaseline baseline)
    {
        for (int i = 0; baseline.Count < HopBaseline.MaximumEntries; i++)
        {
            baseline.Add(Outgoing($"{1 + (i >> 16)}.{(i >> 8) & 255}.{i & 255}.1:443", 60));
        }
    }
}
