using Hops.Cli.Output;
using Hops.Host.Learning;
using Hops.Host.Watching;

namespace Hops.Cli.Watching;

/// <summary>A connection as an object, for machines: <c>docs/watch.schema.json</c>.</summary>
internal static class WatchJson
{
    private const int Schema = 1;

    /// <param name="connection">The connection.</param>
    /// <param name="deviation">How it deviates from what was learnt.</param>
    /// <param name="remoteName">What a name server calls the remote end, if that is known.</param>
    /// <returns>UTF-8, valid until the next.</returns>
    public static ReadOnlySpan<byte> Format(WatchedConnection connection, HopDeviation? deviation, string? remoteName) =>
        JsonLine.BytesOf((connection, deviation, remoteName), static (json, line) => Add(json, line.connection, line.deviation, line.remoteName));

    private static void Add(JsonLine json, WatchedConnection connection, HopDeviation? deviation, string? remoteName)
    {
        json.Add("schema", Schema);
        json.Add("time", connection.Time);
        json.Add("event", KebabCase.Of(connection.Event));
        json.Add("direction", connection.Direction is { } direction ? KebabCase.Of(direction) : null);
        json.Add("localAddress", connection.LocalEndPoint.Address);
        json.Add("localPort", connection.LocalEndPoint.Port);
        json.Add("remoteAddress", connection.RemoteEndPoint.Address);
        json.Add("remotePort", connection.RemoteEndPoint.Port);
        json.Add("family", FamilyName.Of(connection.RemoteEndPoint.AddressFamily));
        if (connection.Distance is { } distance)
        {
            json.Add("receivedTtl", distance.ReceivedTtl);
            json.Add("initialTtl", distance.InitialTtl);
            json.Add("hops", distance.Hops);
            json.Add("plausible", distance.IsPlausible);
        }

        json.Add("deviation", deviation is null ? null : KebabCase.Of(deviation.Kind));
        json.Add("learntLeast", deviation?.LearntLeast);
        json.Add("learntMost", deviation?.LearntMost);
        if (connection.RoundTrip is { } roundTrip)
        {
            json.Add("roundTripMilliseconds", roundTrip);
        }

        if (connection.IsTooQuick)
        {
            json.Add("contradicted", "round-trip");
        }

        if (connection.Event == ConnectionEvent.Drifted)
        {
            json.Add("formerTtl", connection.FormerDistance?.ReceivedTtl);
            json.Add("reset", connection.IsReset);
        }

        if (connection.IsSubflow is { } isSubflow)
        {
            json.Add("subflow", isSubflow);
        }

        if (connection.End is { } end)
        {
            json.Add("durationMilliseconds", end.Duration);
            json.Add("bytesSent", end.BytesSent);
            json.Add("bytesReceived", end.BytesReceived);
            if (end.SmallestRoundTrip is { } smallest)
            {
                json.Add("smallestRoundTripMilliseconds", smallest);
            }

            json.Add("retransmissions", end.Retransmissions);
        }

        json.Add("process", connection.ProcessId);
        json.AddText("user", connection.UserId);
        json.Add("command", connection.Command);
        json.Add("cgroup", connection.Cgroup);
        json.AddText("cgroupId", connection.CgroupId);
        CgroupName name = connection.CgroupName;
        json.Add("unit", name.Unit);
        json.Add("userUnit", name.UserUnit);
        json.Add("container", name.Container);
        json.Add("pod", name.Pod);
        json.AddText("networkNamespace", connection.NetworkNamespace);
        json.AddText("cookie", connection.Cookie);
        json.Add("remoteName", remoteName);
    }
}
