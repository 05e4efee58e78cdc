using System.Globalization;
using Hops.Host.Watching;

namespace Hops.Cli.Watching;

/// <summary>Formats the note at the end of a line, of a connection that is not new, or whose distance is contradicted.</summary>
internal static class WatchNote
{
    /// <returns>Null for no note.</returns>
    public static string? Of(WatchedConnection connection)
    {
        string? what = connection.Event switch
        {
            ConnectionEvent.Existing => "older than the watch",
            ConnectionEvent.Drifted => $"another TTL: {TtlOf(connection.FormerDistance)} before{(connection.IsReset ? ", this is a RST" : "")}",
            ConnectionEvent.Closed when connection.End is { } end => EndOf(end),
            _ => null,
        };
        return Join(
            what,
            connection.IsTooQuick ? "! too quick for so many hops" : null,
            connection.IsSubflow is true ? "a subflow of MPTCP" : null);
    }

    private static string EndOf(WatchedEnd end)
    {
        string duration = end.Duration.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
        return Join(
            $"over after {duration} s",
            $"{end.BytesSent} bytes out",
            $"{end.BytesReceived} in",
            end.SmallestRoundTrip is { } time ? $"round trip from {time.TotalMilliseconds.ToString("0.000", CultureInfo.InvariantCulture)} ms" : null,
            end.Retransmissions > 0 ? $"{end.Retransmissions} retransmitted" : null)!;
    }

    private static string TtlOf(HopDistance? distance) => distance is { } known ? $"{known.ReceivedTtl}/{known.InitialTtl}" : "-";

    private static string? Join(params ReadOnlySpan<string?> parts)
    {
        List<string> all = [];
        foreach (string? part in parts)
        {
            if (part is not null)
            {
                all.Add(part);
            }
        }

        return all.Count == 0 ? null : string.Join(", ", all);
    }
}
