using Hops.Http.Connecting;
using Microsoft.Extensions.DependencyInjection;

namespace Hops.Http.Hosting;

/// <summary>Chooses the network of a guard: one that a test registered, or the real one with the best meter.</summary>
internal static class GuardNetwork
{
    /// <exception cref="HopMeterUnavailableException">Nothing here can measure, and the options require it.</exception>
    public static IHopNetwork Open(HopGuardOptions options, IServiceProvider? services)
    {
        if (services?.GetService<IHopNetwork>() is { } registered)
        {
            return registered;
        }

        HopMeter? meter = null;
        try
        {
            meter = options.Source is { } source ? HopMeter.Open(source) : HopMeter.Open();
        }
        catch (HopMeterUnavailableException) when (options.Mode == HopGuardMode.ReportOnly || !options.RequireMeasurement)
        {
            // A developer's machine: the addresses are judged, the distances unknown.
        }

        return new SocketNetwork(meter, options);
    }
}
