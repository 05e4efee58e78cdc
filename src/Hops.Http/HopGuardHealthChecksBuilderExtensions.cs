using Hops.Http.Hosting;

// Found without a using, as the members of the builder itself.
#pragma warning disable IDE0130
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Adds the health check of the guards: <c>services.AddHealthChecks().AddHopGuard()</c>.</summary>
public static class HopGuardHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a health check that is unhealthy if a guard, of a client or not, can no longer measure. Each check measures a connection over loopback for each
    /// address family that this machine uses.
    /// </summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The name of the check.</param>
    public static IHealthChecksBuilder AddHopGuard(this IHealthChecksBuilder builder, string name = "hop-guard")
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddCheck<HopGuardHealthCheck>(name);
    }
}
