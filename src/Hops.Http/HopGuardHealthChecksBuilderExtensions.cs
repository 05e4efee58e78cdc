using Hops.Http.Hosting;

// Found without a using, as the members of the builder itself.
#pragma warning disable IDE0130
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary><c>services.AddHealthChecks().AddHopGuard()</c></summary>
public static class HopGuardHealthChecksBuilderExtensions
{
    /// <summary>
    /// Unhealthy when a guard's way to measure stops working, that of a client or another: each check measures a connection over loopback, for each address family that the host
    /// uses.
    /// </summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The check's name.</param>
    public static IHealthChecksBuilder AddHopGuard(this IHealthChecksBuilder builder, string name = "hop-guard")
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddCheck<HopGuardHealthCheck>(name);
    }
}
