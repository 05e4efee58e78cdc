using Hops.Cli.Output;
using Hops.Host.Learning;
using Hops.Host.Watching;

namespace Hops.Cli.Watching;

/// <summary>Formats a connection as a JSON object: <c>docs/watch.schema.json</c>.</summary>
internal static class WatchJson
{
    private const int Schema = 1;

    /// <param name="connection">The connection.</param>
    /// <param name="deviation">The deviation from learnt distances.</param>
    /// <param name="remoteName">The name of the remote end, if it is known.</param>
    /// <returns>The object in UTF-8, valid until the next call.</returns>
    public static ReadOnlySpan<byte> Format(WatchedConnection connection, HopDeviation? deviation, string? remoteName) =>
        JsonLine.BytesOf((connection, deviation, remoteName), static (json, line) => Add(json, line.connection, line.deviation, line.remoteName));

    private static void Add(JsonLine json, WatchedConnection connection, HopDeviation? deviation, string? remoteName)
    {
        json.Add("schema"u8, Schema);
        json.Add("time"u8, connection.Time);
        json.Add("event"u8, KebabCase.Of(connection.Event));
        json.Add("direction"u8, connection.Direction is { } direction ? KebabCase.Of(direction) : null);
        json.Add("localAddress"u8, connection.LocalEndPoint.Address);
        json.Add("localPort"u8, connection.LocalEndPoint.Port);
        json.Add("remoteAddress"u8, connection.RemoteEndPoint.Address);
        json.Add("remotePort"u8, connection.RemoteEndPoint.Port);
        json.Add("family"u8, FamilyName.Of(connection.RemoteEndPoint.AddressFamily));
        if (connection.Distance is { } distance)
        {
            json.Add(distance);
        }

        json.Add("deviation"u8, deviation is null ? null : KebabCase.Of(deviation.Kind));
        json.Add("learntLeast"u8, deviation?.LearntLeast);
        json.Add("learntMost"u8, deviation?.LearntMost);
        if (connection.RoundTrip is { } roundTrip)
        {
            json.Add("roundTripMilliseconds"u8, roundTrip);
        }

        if (connection.IsTooQuick)
        {
            json.Add("contradicted"u8, "round-trip");
        }

        if (connection.Event == ConnectionEvent.Drifted)
        {
            json.Add("formerTtl"u8, connection.FormerDistance?.ReceivedTtl);
            json.Add("reset"u8, connection.IsReset);
        }

        if (connection.IsSubflow is { } isSubflow)
        {
            json.Add("subflow"u8, isSubflow);
        }

        if (connection.End is { } end)
        {
            json.Add("durationMilliseconds"u8, end.Duration);
            json.Add("bytesSent"u8, end.BytesSent);
            json.Add("bytesReceived"u8, end.BytesReceived);
            if (end.SmallestRoundTrip is { } smallest)
            {
                json.Add("smallestRoundTripMilliseconds"u8, smallest);
            }

            json.Add("retransmissions"u8, end.Retransmissions);
        }

        json.Add("process"u8, connection.ProcessId);
        json.AddText("user"u8, connection.UserId);
        json.Add("command"u8, connection.Command);
        json.Add("cgroup"u8, connection.Cgroup);
        json.AddText("cgroupId"u8, connection.CgroupId);
        CgroupName name = connection.CgroupName;
        json.Add("unit"u8, name.Unit);
        json.Add("userUnit"u8, name.UserUnit);
        json.Add("container"u8, name.Container);
        json.Add("pod"u8, name.Pod);
        json.AddText("networkNamespace"u8, connection.NetworkNamespace);
        json.AddText("cookie"u8, connection.Cookie);
        json.Add("remoteName"u8, remoteName);
    }
}
