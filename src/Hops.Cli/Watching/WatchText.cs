using System.Globalization;
using Hops.Cli.Output;
using Hops.Host.Learning;
using Hops.Host.Watching;

namespace Hops.Cli.Watching;

/// <summary>A connection as a line for people.</summary>
internal static class WatchText
{
    public static string Heading { get; } = Columns("TIME", "DIR", "PROCESS", "REMOTE", "HOPS", "TTL", "RTT ms") + " UNIT";

    public static string Format(WatchedConnection connection) => Columns(
        TimeOf(connection),
        DirectionOf(connection),
        ProcessOf(connection),
        connection.RemoteEndPoint.ToString(),
        connection.Distance is { } hops ? $"{hops.Hops}{(hops.IsPlausible ? "" : "?")}" : "-",
        connection.Distance is { } ttl ? $"{ttl.ReceivedTtl}/{ttl.InitialTtl}" : "-",
        connection.RoundTrip is { } time ? time.TotalMilliseconds.ToString("0.000", CultureInfo.InvariantCulture) : "-")
        + (OwnerText.Of(connection.CgroupName) is { } owner ? $" {owner}" : "");

    /// <summary>With what was learnt in the place of TTL and round trip.</summary>
    public static string HeadingOfDeviations { get; } = Columns("TIME", "DIR", "PROCESS", "REMOTE", "HOPS");

    public static string Format(WatchedConnection connection, HopDeviation deviation) => Columns(
        TimeOf(connection), DirectionOf(connection), ProcessOf(connection), connection.RemoteEndPoint.ToString(),
        DeviationText.Format(deviation, connection.Distance));

    private static string TimeOf(WatchedConnection connection) => connection.Time.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static string DirectionOf(WatchedConnection connection) =>
        connection.Direction switch { ConnectionDirection.Outgoing => "out", ConnectionDirection.Incoming => "in", _ => "-" };

    private static string ProcessOf(WatchedConnection connection) => connection.ProcessId is { } process
        ? $"{TerminalText.Escape(connection.Command ?? "")}[{process}]"
        : "-";

    private static string Columns(string time, string direction, string process, string remote, string deviation) =>
        $"{time,-12} {direction,-3} {process,-23} {remote,-27} {deviation}";

    private static string Columns(string time, string direction, string process, string remote, string hops, string ttl, string roundTrip) =>
        $"{time,-12} {direction,-3} {process,-23} {remote,-27} {hops,4} {ttl,7} {roundTrip,9}";
}
