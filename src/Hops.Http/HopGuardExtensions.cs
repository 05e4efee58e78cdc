using Hops.Guard;
using Hops.Http.Handling;
using Hops.Http.Telemetry;
using Microsoft.Extensions.Logging;

namespace Hops.Http;

/// <summary>Creates guarded handlers for an <see cref="HttpClient"/> outside of dependency injection: <c>new HttpClient(guard.CreateHandler())</c>.</summary>
public static class HopGuardExtensions
{
    /// <summary>
    /// Creates a handler that refuses near servers before a byte of the request, or of TLS, is sent. It owns its connections: create one and reuse it. With
    /// dependency injection use <c>services.AddHttpClient("webhooks").AddHopGuard(o => o.MinimumHops = 4)</c>.
    /// </summary>
    /// <param name="guard">The guard that checks the requests and connections of the handler.</param>
    /// <param name="loggerFactory">Creates the log of refusals. If null, refusals go to the log of the guard, if it has one.</param>
    public static HttpMessageHandler CreateHandler(this HopGuard guard, ILoggerFactory? loggerFactory = null) =>
        guard.CreateHandler(new SocketsHttpHandler(), loggerFactory);

    /// <summary>
    /// Adds the guard to an existing handler, which keeps its settings for cookies, redirects, lifetimes and TLS. For libraries that accept a handler, and for
    /// clients outside of dependency injection. Settings that would bypass the guard cause an exception, here or, if they are changed later, for each request.
    /// </summary>
    /// <param name="guard">The guard that checks the requests and connections of the handler.</param>
    /// <param name="handler">A handler that has not sent a request yet and has no other use. The result owns it.</param>
    /// <param name="loggerFactory">Creates the log of refusals. If null, refusals go to the log of the guard, if it has one.</param>
    /// <exception cref="InvalidOperationException">
    /// The handler has a proxy, a connect callback, or settings that make connections of their own; it already has a guard; or it has sent a request.
    /// </exception>
    public static HttpMessageHandler CreateHandler(this HopGuard guard, SocketsHttpHandler handler, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(guard);
        ArgumentNullException.ThrowIfNull(handler);
        ClientTelemetry telemetry = new("", loggerFactory);
        return HopGuardHandler.Around(handler, "", guard.LoggedBy(telemetry, loggerFactory), telemetry);
    }

    /// <summary>
    /// Creates a guarded handler that supports requests with a minimum distance of their own (<see cref="HopGuardRequest.MinimumHops"/>). Each minimum, at most
    /// 35, has a separate inner handler, which is created for the first request with that minimum.
    /// </summary>
    /// <param name="guard">The guard that checks the requests and connections of the handler.</param>
    /// <param name="newHandler">Returns a new handler for each call; it must be thread-safe. The result owns the handlers.</param>
    /// <param name="loggerFactory">Creates the log of refusals. If null, refusals go to the log of the guard, if it has one.</param>
    /// <exception cref="InvalidOperationException">
    /// A handler has a proxy, a connect callback, or settings that make connections of their own; it already has a guard; or it has sent a request.
    /// </exception>
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
