using System.Globalization;
using Hops.Cli.Output;
using Hops.Host.Learning;
using Hops.Host.Watching;

namespace Hops.Cli.Watching;

/// <summary>Formats a connection as a line for people.</summary>
internal static class WatchText
{
    /// <summary>Returns the heading.</summary>
    /// <param name="ofDeviations">Whether lines have the deviation in place of TTL and round trip.</param>
    /// <param name="withName">Whether lines end with a name.</param>
    public static string Heading(bool ofDeviations, bool withName) => ofDeviations
        ? Deviation("TIME", "DIR", "PROCESS", "REMOTE", withName ? $"{"HOPS",-31} NAME" : "HOPS")
        : $"{Columns("TIME", "DIR", "PROCESS", "REMOTE", "HOPS", "TTL", "RTT ms")} {(withName ? $"{"UNIT",-OwnerText.Longest} NAME" : "UNIT")}";

    /// <param name="connection">The connection.</param>
    /// <param name="deviation">The deviation from learnt distances.</param>
    /// <param name="remoteName">The name of the remote end, of any length; null if there is no such column.</param>
    public static string Format(WatchedConnection connection, HopDeviation? deviation, string? remoteName)
    {
        string name = remoteName is null ? "" : $" {TerminalText.Escape(remoteName)}";
        if (deviation is not null)
        {
            string text = DeviationText.Format(deviation, connection.Distance);
            return Deviation(TimeOf(connection), DirectionOf(connection), ProcessOf(connection), $"{connection.RemoteEndPoint}", $"{text,-31}{name}").TrimEnd();
        }

        string note = WatchNote.Of(connection) is { } told ? $" ({told})" : "";
        string owner = OwnerText.Of(connection.CgroupName) ?? "";
        return $"{ColumnsOf(connection)} {owner,-OwnerText.Longest}{name}{note}".TrimEnd();
    }

    private static string ColumnsOf(WatchedConnection connection) => Columns(
        TimeOf(connection),
        DirectionOf(connection),
        ProcessOf(connection),
        connection.RemoteEndPoint.ToString(),
        connection.Distance is { } hops ? $"{hops.Hops}{(hops.IsPlausible ? connection.IsTooQuick ? "!" : "" : "?")}" : "-",
        connection.Distance is { } ttl ? $"{ttl.ReceivedTtl}/{ttl.InitialTtl}" : "-",
        connection.RoundTrip is { } time ? time.TotalMilliseconds.ToString("0.000", CultureInfo.InvariantCulture) : "-");

    private static string TimeOf(WatchedConnection connection) => connection.Time.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static string DirectionOf(WatchedConnection connection) =>
        connection.Direction switch { ConnectionDirection.Outgoing => "out", ConnectionDirection.Incoming => "in", _ => "-" };

    private static string ProcessOf(WatchedConnection connection) => connection.ProcessId is { } process
        ? $"{TerminalText.Escape(connection.Command ?? "")}[{process}]"
        : "-";

    private static string Deviation(string time, string direction, string process, string remote, string deviation) =>
        $"{time,-12} {direction,-3} {process,-23} {remote,-27} {deviation}";

    private static string Columns(string time, string direction, string process, string remote, string hops, string ttl, string roundTrip) =>
        $"{time,-12} {direction,-3} {process,-23} {remote,-27} {hops,4} {ttl,7} {roundTrip,9}";
}
