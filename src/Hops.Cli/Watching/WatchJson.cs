using System.Globalization;
using Hops.Cli.Output;
using Hops.Host.Watching;

namespace Hops.Cli.Watching;

/// <summary>A connection as an object, for machines: <c>docs/watch.schema.json</c>.</summary>
internal static class WatchJson
{
    private const int Schema = 1;

    /// <param name="connection">The connection.</param>
    /// <param name="remoteName">What a name server calls the remote end, if that is known.</param>
    public static string Format(WatchedConnection connection, string? remoteName = null) => JsonLine.Of(json =>
    {
        json.Add("schema", Schema);
        json.Add("time", connection.Time);
        json.Add("event", KebabCase.Of(connection.Event));
        json.Add("direction", connection.Direction is { } direction ? KebabCase.Of(direction) : null);
        json.Add("localAddress", connection.LocalEndPoint.Address.ToString());
        json.Add("localPort", connection.LocalEndPoint.Port);
        json.Add("remoteAddress", connection.RemoteEndPoint.Address.ToString());
        json.Add("remotePort", connection.RemoteEndPoint.Port);
        json.Add("family", FamilyName.Of(connection.RemoteEndPoint.AddressFamily));
        if (connection.Distance is { } distance)
        {
            json.Add("receivedTtl", distance.ReceivedTtl);
            json.Add("initialTtl", distance.InitialTtl);
            json.Add("hops", distance.Hops);
            json.Add("plausible", distance.IsPlausible);
        }

        if (connection.RoundTrip is { } roundTrip)
        {
            json.Add("roundTripMilliseconds", roundTrip);
        }

        json.Add("process", connection.ProcessId);
        json.Add("user", connection.UserId?.ToString(CultureInfo.InvariantCulture));
        json.Add("command", connection.Command);
        json.Add("cgroup", connection.Cgroup);
        json.Add("cgroupId", connection.CgroupId?.ToString(CultureInfo.InvariantCulture));
        // Numbers of 64 bits, which not every reader of JSON can hold.
        json.Add("networkNamespace", connection.NetworkNamespace.ToString(CultureInfo.InvariantCulture));
        json.Add("cookie", connection.Cookie.ToString(CultureInfo.InvariantCulture));
        json.Add("remoteName", remoteName);
    });
}
