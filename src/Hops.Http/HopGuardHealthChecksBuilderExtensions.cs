using Hops.Http.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Hops.Http;

/// <summary><c>services.AddHealthChecks().AddHopGuard()</c></summary>
public static class HopGuardHealthChecksBuilderExtensions
{
    /// <summary>
    /// Unhealthy when a guarded client's way to measure stops working: each check measures a connection over loopback, for each address family that the host uses.
    /// </summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The check's name.</param>
    public static IHealthChecksBuilder AddHopGuard(this IHealthChecksBuilder builder, string name = "hop-guard")
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddCheck<HopGuardHealthCheck>(name);
    }
}
