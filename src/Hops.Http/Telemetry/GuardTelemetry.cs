using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hops.Http.Telemetry;

/// <summary>
/// What a guard tells operators: metrics, which have no address in them, log lines, which have no path and no query, and an event on the current <see cref="Activity"/>. Nothing here
/// throws: a listener or a log provider that does changes no decision and loses no connection.
/// </summary>
internal sealed class GuardTelemetry
{
    private static readonly string[] ProxyVariables = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

    private readonly string _client;
    private readonly ILogger _logger;
    private readonly GuardMetrics _metrics;

    private GuardTelemetry(string client, ILogger logger, GuardMetrics metrics)
    {
        _client = client;
        _logger = logger;
        _metrics = metrics;
    }

    /// <param name="client">The client's name; empty for one without.</param>
    /// <param name="services">Where the log and the meters come from; null for none.</param>
    public static GuardTelemetry Of(string client, IServiceProvider? services) => new(
        client,
        services?.GetService<ILoggerFactory>()?.CreateLogger("Hops.Http.HopGuard") ?? NullLogger.Instance,
        services?.GetService<GuardMetrics>() ?? GuardMetrics.OfProcess);

    public void Measured(HopDistance? distance, TimeSpan duration)
    {
        try
        {
            _metrics.Duration.Record(duration.TotalSeconds);
            if (distance is { } measured)
            {
                _metrics.Distance.Record(measured.Hops);
            }
        }
#pragma warning disable CA1031 // Somebody else's listener.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    /// <param name="endPoint">What the request named.</param>
    /// <param name="reason">Why it is refused; null if it is let through.</param>
    /// <param name="mode">Whether it is really refused.</param>
    /// <param name="refusal">The whole story, for the log.</param>
    public void Decided(DnsEndPoint endPoint, HopGuardReason? reason, HopGuardMode mode, HopGuardException? refusal)
    {
        try
        {
            _metrics.Decisions.Add(1, new("reason", TagOf(reason)), new("mode", mode == HopGuardMode.Enforce ? "enforce" : "report-only"));
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
        tags: new() { ["reason"] = TagOf(reason), ["mode"] = mode == HopGuardMode.Enforce ? "enforce" : "report-only", ["server.address"] = endPoint.Host }));

    /// <summary>The application's own judgement threw. Told apart from the refusal, which may not come: other addresses of the name may be used.</summary>
    public void FailedToJudge(DnsEndPoint endPoint, IPAddress address, Exception failure) =>
        GuardLog.FailedToJudge(_logger, _client, address, endPoint.Host, failure);

    /// <summary>A proxy that the environment names would have been used without a guard.</summary>
    public void WarnOfIgnoredProxy(bool wouldBeUsed)
    {
        if (wouldBeUsed && ProxyVariables.FirstOrDefault(static name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name))) is { } variable)
        {
            Log(() => GuardLog.ProxyIgnored(_logger, _client, variable));
        }
    }

    public void Proven(string source, int minimumHops, HopGuardMode mode) => Log(() => GuardLog.Proven(_logger, _client, source, minimumHops, mode));

    public void NotProven(HopGuardMode mode, string reason) => Log(() => GuardLog.NotProven(_logger, _client, mode, reason));

    /// <summary>Said to operators, too: those who fetch may hide every failure from strangers.</summary>
    public void TakenAway(string mistake) => Log(() => GuardLog.TakenAway(_logger, _client, mistake));

    // Not in Decided, which would allocate what this captures for connections that are let through, too.
    private void LogRefusal(HopGuardMode mode, HopGuardException refusal) =>
        Log(() => GuardLog.Refused(_logger, mode == HopGuardMode.Enforce ? LogLevel.Warning : LogLevel.Information, _client, refusal.Message));

    private static void Log(Action write)
    {
        try
        {
            write();
        }
#pragma warning disable CA1031 // Somebody else's log provider.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private static string TagOf(HopGuardReason? reason) => reason switch
    {
        null => "allowed",
        HopGuardReason.Near => "near",
        HopGuardReason.Unknown => "unknown",
        HopGuardReason.Implausible => "implausible",
        HopGuardReason.SpecialPurpose => "special-purpose",
        HopGuardReason.CloudMetadata => "cloud-metadata",
        HopGuardReason.Network => "network",
        HopGuardReason.Filter => "filter",
        HopGuardReason.Mixed => "mixed",
        HopGuardReason.Scheme => "scheme",
        HopGuardReason.Port => "port",
        _ => "version",
    };
}
