using System.Net;
using Hops.Cli.Watching.Distances;
using Hops.Host.Watching;

namespace Hops.Cli.Watching.Top;

/// <summary>What was seen of the connections of a network or process.</summary>
/// <param name="label">How the row is called, safe for a terminal.</param>
/// <param name="number">The first group that was seen has 0, the next one 1.</param>
internal sealed class TopGroup(string label, long number)
{
    public string Label { get; } = label;

    /// <summary>Decides between groups that are equal otherwise, so that rows do not change places.</summary>
    public long Number { get; } = number;

    public long Connections { get; private set; }

    /// <summary>The smallest plausible distance; null where none was measured.</summary>
    public int? Nearest { get; private set; }

    /// <summary>The greatest plausible distance; null where none was measured.</summary>
    public int? Farthest { get; private set; }

    /// <summary>How many connections are of unknown or implausible distance.</summary>
    public long Unknown { get; private set; }

    /// <summary>How many bytes the connections that are over sent; null where none is over.</summary>
    public long? Sent { get; private set; }

    /// <summary>How many bytes the connections that are over received; null where none is over.</summary>
    public long? Received { get; private set; }

    public DateTimeOffset LastSeen { get; private set; }

    /// <summary>The remote end that was seen last.</summary>
    public IPAddress? LastAddress { get; private set; }

    public void Add(WatchedConnection connection)
    {
        LastSeen = connection.Time;
        LastAddress = connection.RemoteEndPoint.Address;
        if (connection.Distance is { IsPlausible: true, Hops: var hops })
        {
            Nearest = Math.Min(Nearest ?? hops, hops);
            Farthest = Math.Max(Farthest ?? hops, hops);
        }

        if (connection.End is { } end)
        {
            Sent = (Sent ?? 0) + end.BytesSent;
            Received = (Received ?? 0) + end.BytesReceived;
        }

        if (DistanceCounts.IsNew(connection))
        {
            Connections++;
            Unknown += connection.Distance is { IsPlausible: true } ? 0 : 1;
        }
    }
}
