using System.Collections.Concurrent;
using Hops.Guard;
using Hops.Guard.Telemetry;
using Hops.Http.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hops.Http.Hosting;

/// <summary>Logs the unguarded connections of the application, once for each assembly and remote end point, up to a maximum.</summary>
internal sealed class UnguardedWatch(GuardMetrics metrics, ILoggerFactory loggers) : IHostedService, IDisposable
{
    private const int MostLines = 1_000;

    private readonly ILogger _logger = loggers.CreateLogger(typeof(HopGuard).FullName!);
    private readonly ConcurrentDictionary<UnguardedConnection, bool> _told = new();
    private IDisposable? _watch;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _watch = HopGuard.Watch(Tell, metrics);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => Interlocked.Exchange(ref _watch, null)?.Dispose();

    private void Tell(UnguardedConnection connection)
    {
        if (_told.Count < MostLines && _told.TryAdd(connection, true))
        {
            GuardLog.Unguarded(_logger, connection.Assembly ?? "something", connection.RemoteEndPoint);
        }
    }
}
