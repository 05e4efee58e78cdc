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
        ClientTelemetry telemetry = new("", loggerFactory);
        return HopGuardHandler.Around(handler, "", guard.LoggedBy(telemetry, loggerFactory), telemetry);
    }

    /// <summary>
    /// The same for requests that have a minimum distance of their own (<see cref="HopGuardRequest.MinimumHops"/>): each minimum, at most 35 of them, has a
    /// handler of its own, which is made when the first request asks for it.
    /// </summary>
    /// <param name="guard">Judges the handler's requests and connections.</param>
    /// <param name="newHandler">Makes a new handler each time; thread-safe. The result owns them.</param>
    /// <param name="loggerFactory">Where refusals are logged; null for where those of the guard are, if it has a log.</param>
    /// <exception cref="InvalidOperationException">As above.</exception>
    public static HttpMessageHandler CreateHandler(this HopGuard guard, Func<SocketsHttpHandler> newHandler, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(guard);
        ArgumentNullException.ThrowIfNull(newHandler);
        ClientTelemetry telemetry = new("", loggerFactory);
        HopGuard logged = guard.LoggedBy(telemetry, loggerFactory);
        return new MinimumHandler(
            HopGuardHandler.Around(newHandler(), "", logged, telemetry),
            guard.Policy.MinimumHops,
            minimum => (HopGuardHandler.Around(newHandler(), "", logged.WithMinimumHops(minimum), telemetry), null));
    }

    private static HopGuard LoggedBy(this HopGuard guard, ClientTelemetry telemetry, ILoggerFactory? loggerFactory)
    {
        _ = guard.Network.InWords();
        return loggerFactory is null ? guard : new HopGuard(guard.Policy, guard.Network, telemetry.Guard);
    }
}
