using System.Net;
using Hops.Guard;
using Hops.Guard.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hops.Http.Telemetry;

/// <summary>
/// The telemetry of a guard, of a client or not. Exceptions of log providers are caught, so that they change no decision and lose no connection.
/// </summary>
internal sealed class ClientTelemetry : IGuardLog
{
    private static readonly string[] ProxyVariables = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

    private readonly string _client;
    private readonly ILogger _logger;

    /// <param name="client">The name of the guard, or of its client; empty for one without.</param>
    /// <param name="loggers">Where the log comes from; null for none.</param>
    /// <param name="metrics">Null for those of the process.</param>
    public ClientTelemetry(string client, ILoggerFactory? loggers = null, GuardMetrics? metrics = null)
    {
        _client = client;
        _logger = loggers?.CreateLogger(typeof(HopGuard).FullName!) ?? NullLogger.Instance;
        Guard = new GuardTelemetry(metrics ?? GuardMetrics.OfProcess, this);
    }

    /// <summary>For what the guard itself decides.</summary>
    public GuardTelemetry Guard { get; }

    // The guard's telemetry catches what these two throw.
    public void Refused(HopGuardMode mode, HopGuardException refusal) =>
        GuardLog.Refused(_logger, mode == HopGuardMode.Enforce ? LogLevel.Warning : LogLevel.Information, _client, refusal.Message);

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

    public void Verified(string source, int minimumHops, HopGuardMode mode) => Log(() => GuardLog.Verified(_logger, _client, source, minimumHops, mode));

    public void NotVerified(HopGuardMode mode, string reason) => Log(() => GuardLog.NotVerified(_logger, _client, mode, reason));

    public void Exempt() => Log(() => GuardLog.Exempt(_logger, _client));

    public void Reloaded(int count) => Log(() => GuardLog.Reloaded(_logger, _client, count));

    public void NotReloaded(string reason) => Log(() => GuardLog.NotReloaded(_logger, _client, reason));

    /// <summary>Logged as well as thrown: an application may hide every failure from strangers.</summary>
    public void TakenAway(string mistake) => Log(() => GuardLog.TakenAway(_logger, _client, mistake));

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
}
