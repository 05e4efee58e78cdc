using Hops.Guard.Connecting;
using Hops.Testing;
using Hops.Testing.Serving;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;

// Found without a using, as the members of the services themselves.
#pragma warning disable IDE0130
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary><c>services.AddFakeHopNetwork(network)</c></summary>
public static class FakeHopNetworkServiceCollectionExtensions
{
    /// <summary>
    /// Lets every hop guard connect to a fake network, before or after the guards are added. The clients of the <see cref="IHttpClientFactory"/> trust the
    /// fake's certificates beside those that they trust anyway, unless they have a validation of their own.
    /// </summary>
    /// <param name="services">The application's.</param>
    /// <param name="network">Stays the test's own.</param>
    public static IServiceCollection AddFakeHopNetwork(this IServiceCollection services, FakeHopNetwork network)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(network);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, TrustFilter>());
        return services.Replace(ServiceDescriptor.Singleton<HopNetwork>(network));
    }
}
