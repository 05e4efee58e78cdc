using Hops.Http.Hosting;
using Hops.Http.Policy;
using Hops.Http.Telemetry;

namespace Hops.Http;

/// <summary>
/// Server-side request forgery stopped by topology: a message handler that measures how many routers away a server is, and refuses what is near before a byte of the request, or of TLS,
/// is sent. With dependency injection: <c>services.AddHttpClient("webhooks").AddHopGuard(o => o.MinimumHops = 4)</c>.
/// </summary>
public static class HopGuard
{
    /// <summary>
    /// What strangers may be told when their address was not fetched: the same whether it was refused, closed, silent or did not resolve. Anything else tells them about the inside of the
    /// network.
    /// </summary>
    public const string PublicMessage = "This address could not be fetched.";

    /// <summary>A handler for an <see cref="HttpClient"/> of your own. It owns its connections: make one and keep it.</summary>
    /// <param name="options">What to let through. Copied.</param>
    /// <param name="services">Where log and meters come from; null for none.</param>
    /// <exception cref="ArgumentException">The options are not valid: <see cref="HopGuardOptions.MinimumHops"/> is not set, for one.</exception>
    /// <exception cref="HopMeterUnavailableException">Nothing here can measure, and the options require it. The message is the whole diagnosis.</exception>
    public static HttpMessageHandler CreateHandler(HopGuardOptions options, IServiceProvider? services = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return HopGuardHandler.Around(new SocketsHttpHandler(), "", new GuardPolicy(options), GuardNetwork.Open(options, services), GuardTelemetry.Of("", services));
    }

    /// <summary>Whether an exception, or one inside it, is a refusal of a guard: final, not worth a retry, and no sign that the server is ill.</summary>
    public static bool IsRefusal(Exception? exception)
    {
        for (Exception? current = exception; current is not null; current = current.InnerException)
        {
            if (current is HopGuardException || (current is AggregateException several && several.InnerExceptions.Any(IsRefusal)))
            {
                return true;
            }
        }

        return false;
    }
}
