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
    /// <param name="loggerFactory">Where refusals are logged; null for where those of the guard are, if it has a log.</param>
    public static HttpMessageHandler CreateHandler(this HopGuard guard, ILoggerFactory? loggerFactory = null) =>
        guard.CreateHandler(new SocketsHttpHandler(), loggerFactory);

    /// <summary>
    /// Puts the guard around a handler of your own, with its cookies, redirects, lifetimes and TLS: for libraries that take a handler, and for clients outside
    /// of dependency injection. What would let connections pass by the guard is refused, now or later.
    /// </summary>
    /// <param name="guard">Judges the handler's requests and connections.</param>
    /// <param name="handler">Not used yet, and not for anything else: the result owns it.</param>
    /// <param name="loggerFactory">Where refusals are logged; null for where those of the guard are, if it has a log.</param>
    /// <exception cref="InvalidOperationException">
    /// The handler has a proxy, a connect callback, or settings that make connections of their own; it has a guard already; or it was used before.
    /// </exception>
    public static HttpMessageHandler CreateHandler(this HopGuard guard, SocketsHttpHandler handler, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(guard);
        ArgumentNullException.ThrowIfNull(handler);
        _ = guard.Network.InWords();
        ClientTelemetry telemetry = new("", loggerFactory);
        HopGuard logged = loggerFactory is null ? guard : new HopGuard(guard.Policy, guard.Network, telemetry.Guard);
        return HopGuardHandler.Around(handler, "", logged, telemetry);
    }
}
