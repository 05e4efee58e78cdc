using Hops.Guard;
using Hops.Guard.Connecting;
using Hops.Guard.Telemetry;
using Hops.Http.Handling;
using Hops.Http.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hops.Http.Hosting;

/// <summary>What the guards of an application take from its services.</summary>
internal static class GuardServices
{
    /// <returns>The network that a test registered, or the real one with the best meter.</returns>
    /// <exception cref="HopMeterUnavailableException">Nothing here can measure, and the options require it.</exception>
    public static HopNetwork OpenNetwork(this IServiceProvider services, HopGuardOptions options) =>
        services.GetService<HopNetwork>() ?? SocketNetwork.Open(options).InWords();

    /// <param name="services">The application's.</param>
    /// <param name="client">The client's name; empty for one without.</param>
    /// <returns>The log and the meters of the application.</returns>
    public static ClientTelemetry CreateTelemetry(this IServiceProvider services, string client) =>
        new(client, services.GetService<ILoggerFactory>(), services.GetService<GuardMetrics>());
}
