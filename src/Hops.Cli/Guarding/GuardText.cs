using System.Globalization;
using Hops.Cli.Output;
using Hops.Host;
using Hops.Host.Guarding;

namespace Hops.Cli.Guarding;

/// <summary>Formats refusals as lines for people.</summary>
internal static class GuardText
{
    /// <summary>The remark for a kernel on which refused connections do not end at once.</summary>
    public const string SlowRefusals =
        "slow refusals: this kernel ends no sockets (CONFIG_INET_DIAG_DESTROY, or its modules inet_diag and tcp_diag are missing)";

    public static string Format(RefusedConnection refused, bool isReport)
    {
        string time = refused.Time.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        string who = refused.ProcessId is { } process ? $" for {TerminalText.Escape(refused.Command ?? "")}[{process}]" : "";
        string what = refused.RemoteEndPoint is not { } remote ? "a socket"
            : refused.IsIncoming ? $"a connection from {remote}"
            : $"{remote}";
        return $"hops: {time} {(isReport ? "would refuse" : "refused")} {what}{who}: {ReasonOf(refused)}";
    }

    public static string FormatEnd(IReadOnlyDictionary<HostGuardReason, long> counts, long untold, bool isReport) =>
        $"hops: {counts.Values.Sum() + untold} {(isReport ? "would be refused" : "refused")}: "
        + string.Join(", ", counts.Select(static pair => $"{pair.Value} {KebabCase.Of(pair.Key)}").Concat(untold > 0 ? [$"{untold} not shown"] : []));

    private static string ReasonOf(RefusedConnection refused) => refused.Reason switch
    {
        HostGuardReason.Near => $"near, {refused.Distance?.Hops} {(refused.Distance?.Hops == 1 ? "hop" : "hops")} away",
        HostGuardReason.Implausible => $"its distance is implausible (received TTL {refused.Distance?.ReceivedTtl})",
        HostGuardReason.SpecialPurpose => "a private or special address",
        HostGuardReason.CloudMetadata => "a cloud's metadata service",
        HostGuardReason.Network => "its network is refused",
        HostGuardReason.Port => "its port is not allowed",
        HostGuardReason.Loopback => "on this host the program can connect only to its own listening sockets",
        HostGuardReason.Datagram => "UDP is for name servers only",
        HostGuardReason.Protocol => "neither TCP nor UDP",
        HostGuardReason.Header => "a packet with options, extension headers or in fragments, which can lead elsewhere",
        HostGuardReason.EarlyData => "data before an answer (it is sent after that)",
        _ => KebabCase.Of(refused.Reason),
    };
}
