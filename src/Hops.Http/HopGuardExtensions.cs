using Hops.Guard;
using Hops.Http.Handling;
using Hops.Http.Telemetry;
using Microsoft.Extensions.Logging;

namespace Hops.Http;

/// <summary>A guard in an <see cref="HttpClient"/> of your own: <c>new HttpClient(guard.CreateHandler())</c></summary>
public static class HopGuardExtensions
{
    /// <summary>
    /// Creates a handler that refuses near servers before a byte of the request, or of TLS, is sent. It owns its connections: make one and keep it. With
    /// dependency injection: <c>services.AddHttpClient("webhooks").AddHopGuard(o => o.MinimumHops = 4)</c>.
    /// </summary>
    /// <param name="guard">Judges the handler's requests and connections.</param>
    /// <param name="loggerFactory">Where refusals are logged; null for no log.</param>
    public static HttpMessageHandler CreateHandler(this HopGuard guard, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(guard);
        return HopGuardHandler.Around(new SocketsHttpHandler(), "", guard.Policy, guard.Network.InWords(), new ClientTelemetry("", loggerFactory));
    }
}
