using System.Diagnostics;
using System.Net;

namespace Hops.Guard.Telemetry;

/// <summary>
/// The telemetry of a guard: metrics without addresses, log lines without paths and queries, and an event on the current <see cref="Activity"/>. Exceptions of
/// listeners and logs are caught, so that they change no decision and lose no connection.
/// </summary>
/// <param name="metrics">The instruments.</param>
/// <param name="log">Null for none.</param>
internal sealed class GuardTelemetry(GuardMetrics metrics, IGuardLog? log = null)
{
    public void Measured(HopDistance? distance, TimeSpan duration)
    {
        try
        {
            metrics.Duration.Record(duration.TotalSeconds);
            if (distance is { } measured)
            {
                metrics.Distance.Record(measured.Hops);
            }
        }
#pragma warning disable CA1031 // Somebody else's listener.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    /// <param name="endPoint">What the caller named.</param>
    /// <param name="reason">Why it is refused; null if it is let through.</param>
    /// <param name="mode">Whether it is really refused.</param>
    /// <param name="refusal">The whole story, for the log.</param>
    public void Decided(DnsEndPoint endPoint, HopGuardReason? reason, HopGuardMode mode, HopGuardException? refusal)
    {
        try
        {
            metrics.Decisions.Add(1, new("reason", TagOf(reason)), new("mode", TagOf(mode)));
        }
#pragma warning disable CA1031 // Somebody else's listener.
        catch (Exception)
#pragma warning restore CA1031
        {
        }

        if (reason is { } why)
        {
            LogRefusal(mode, refusal!);
            Trace(endPoint, why, mode);
        }
    }

    /// <summary>Adds a refusal to the current activity, if there is one.</summary>
    public static void Trace(DnsEndPoint endPoint, HopGuardReason reason, HopGuardMode mode) => Activity.Current?.AddEvent(new ActivityEvent(
        "hops.guard.refused",
        tags: new() { ["reason"] = TagOf(reason), ["mode"] = TagOf(mode), ["server.address"] = endPoint.Host }));

    public void FailedToJudge(DnsEndPoint endPoint, IPAddress address, Exception failure) => Write(log => log.FailedToJudge(endPoint, address, failure));

    // Not in Decided, which would allocate what this captures for connections that are let through, too.
    private void LogRefusal(HopGuardMode mode, HopGuardException refusal) => Write(log => log.Refused(mode, refusal));

    private void Write(Action<IGuardLog> write)
    {
        if (log is null)
        {
            return;
        }

        try
        {
            write(log);
        }
#pragma warning disable CA1031 // Somebody else's log provider.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private static string TagOf(HopGuardMode mode) => mode == HopGuardMode.Enforce ? "enforce" : "report-only";

    private static string TagOf(HopGuardReason? reason) => reason switch
    {
        null => "allowed",
        HopGuardReason.Near => "near",
        HopGuardReason.Unknown => "unknown",
        HopGuardReason.Implausible => "implausible",
        HopGuardReason.SpecialPurpose => "special-purpose",
        HopGuardReason.CloudMetadata => "cloud-metadata",
        HopGuardReason.Network => "network",
        HopGuardReason.Application => "application",
        HopGuardReason.Mixed => "mixed",
        HopGuardReason.Scheme => "scheme",
        HopGuardReason.Port => "port",
        HopGuardReason.Host => "host",
        _ => "version",
    };
}
