using System.Globalization;
using Hops.Cli.Output;
using Hops.Host.Watching;

namespace Hops.Cli.Watching;

/// <summary>A connection as a line for people.</summary>
internal static class WatchText
{
    public static string Heading { get; } = Columns("TIME", "DIR", "PROCESS", "REMOTE", "HOPS", "TTL", "RTT ms");

    /// <summary>The heading of lines that end with a name.</summary>
    public static string HeadingWithName { get; } = $"{Heading} NAME";

    /// <param name="connection">The connection.</param>
    /// <param name="remoteName">What a name server calls the remote end, if that is known. It may be as long as it likes, so it stands at the end.</param>
    public static string FormatWithName(WatchedConnection connection, string? remoteName) => $"{Format(connection)} {TerminalText.Escape(remoteName ?? "-")}";

    public static string Format(WatchedConnection connection) => Columns(
        connection.Time.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture),
        connection.Direction switch { ConnectionDirection.Outgoing => "out", ConnectionDirection.Incoming => "in", _ => "-" },
        ProcessOf(connection),
        connection.RemoteEndPoint.ToString(),
        connection.Distance is { } hops ? $"{hops.Hops}{(hops.IsPlausible ? "" : "?")}" : "-",
        connection.Distance is { } ttl ? $"{ttl.ReceivedTtl}/{ttl.InitialTtl}" : "-",
        connection.RoundTrip is { } time ? time.TotalMilliseconds.ToString("0.000", CultureInfo.InvariantCulture) : "-");

    private static string ProcessOf(WatchedConnection connection) => connection.ProcessId is { } process
        ? $"{TerminalText.Escape(connection.Command ?? "")}[{process}]"
        : "-";

    private static string Columns(string time, string direction, string process, string remote, string hops, string ttl, string roundTrip) =>
        $"{time,-12} {direction,-3} {process,-23} {remote,-27} {hops,4} {ttl,7} {roundTrip,9}";
}
