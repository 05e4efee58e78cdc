using System.Net;
using Hops.Cli.Watching.Distances;
using Hops.Host.Watching;

namespace Hops.Cli.Watching.Top;

/// <summary>Represents the connections of a network or process as counts.</summary>
/// <param name="label">The label of the row, safe for a terminal.</param>
/// <param name="number">The number of the group in the order of appearance, from 0.</param>
internal sealed class TopGroup(string label, long number)
{
    public string Label { get; } = label;

    /// <summary>Gets the number that orders otherwise equal groups, so that rows do not change places.</summary>
    public long Number { get; } = number;

    public long Connections { get; private set; }

    /// <summary>Gets the smallest plausible distance; null if none was measured.</summary>
    public int? Nearest { get; private set; }

    /// <summary>Gets the greatest plausible distance; null if none was measured.</summary>
    public int? Farthest { get; private set; }

    /// <summary>Gets the number of connections of unknown or implausible distance.</summary>
    public long Unknown { get; private set; }

    /// <summary>Gets the number of bytes that ended connections sent; null if none has ended.</summary>
    public long? Sent { get; private set; }

    /// <summary>Gets the number of bytes that ended connections received; null if none has ended.</summary>
    public long? Received { get; private set; }

    public DateTimeOffset LastSeen { get; private set; }

    /// <summary>Gets the remote end that was seen last.</summary>
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
