using Hops.Guard.Connecting;
using Hops.Testing;
using Hops.Testing.Serving;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;

// Found without a using, as the members of the services themselves.
#pragma warning disable IDE0130
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Adds a fake network to the services: <c>services.AddFakeHopNetwork(network)</c>.</summary>
public static class FakeHopNetworkServiceCollectionExtensions
{
    /// <summary>
    /// Makes every guard connect to a fake network. It can be called before or after the guards are added. The clients of the <see cref="IHttpClientFactory"/>
    /// also trust the certificates of the fake network, unless they have their own validation.
    /// </summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="network">The fake network.</param>
    public static IServiceCollection AddFakeHopNetwork(this IServiceCollection services, FakeHopNetwork network)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(network);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, TrustFilter>());
        return services.Replace(ServiceDescriptor.Singleton<HopNetwork>(network));
    }
}
