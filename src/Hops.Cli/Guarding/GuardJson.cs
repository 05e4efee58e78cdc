using Hops.Cli.Output;
using Hops.Host;
using Hops.Host.Guarding;

namespace Hops.Cli.Guarding;

/// <summary>Formats refusals as JSON objects: <c>docs/guard.schema.json</c>.</summary>
internal static class GuardJson
{
    private const int Schema = 1;

    public static string Format(RefusedConnection refused, bool isReport) => JsonLine.Of(json =>
    {
        json.Add("schema"u8, Schema);
        json.Add("time"u8, refused.Time);
        json.Add("event"u8, isReport ? "would-refuse" : "refused");
        json.Add("reason"u8, KebabCase.Of(refused.Reason));
        json.Add("direction"u8, refused.IsIncoming ? "incoming" : "outgoing");
        if (refused.RemoteEndPoint is { } remote)
        {
            json.Add("remoteAddress"u8, remote.Address);
            json.Add("remotePort"u8, remote.Port);
        }

        if (refused.LocalEndPoint is { } local)
        {
            json.Add("localAddress"u8, local.Address);
            json.Add("localPort"u8, local.Port);
        }

        if (refused.Distance is { } distance)
        {
            json.Add(distance);
        }

        json.Add("process"u8, refused.ProcessId);
        json.AddText("user"u8, refused.UserId);
        json.Add("command"u8, refused.Command);
        json.AddText("cookie"u8, refused.Cookie == 0 ? null : refused.Cookie);
    });

    public static string FormatEnd(IReadOnlyDictionary<HostGuardReason, long> counts, long untold, bool isReport) => JsonLine.Of(json =>
    {
        json.Add("schema"u8, Schema);
        json.Add("time"u8, DateTimeOffset.UtcNow);
        json.Add("event"u8, "end");
        json.Add("report"u8, isReport);
        json.Add("refused"u8, counts.Values.Sum() + untold);
        json.Add("untold"u8, untold);
        json.Add("reasons"u8, reasons =>
        {
            foreach ((HostGuardReason reason, long count) in counts)
            {
                reasons.Add(System.Text.Encoding.UTF8.GetBytes(KebabCase.Of(reason)), count);
            }
        });
    });
}
