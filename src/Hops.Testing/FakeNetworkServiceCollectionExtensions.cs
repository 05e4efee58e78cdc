using Hops.Http.Connecting;
using Hops.Testing.Serving;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http;

namespace Hops.Testing;

/// <summary><c>services.AddFakeHopNetwork(network)</c></summary>
public static class FakeNetworkServiceCollectionExtensions
{
    /// <summary>
    /// Lets every hop guard connect to a fake network, before or after the guards are added. The clients of the <see cref="IHttpClientFactory"/> trust the fake's certificates beside those
    /// that they trust anyway, unless they have a validation of their own.
    /// </summary>
    /// <param name="services">The application's.</param>
    /// <param name="network">Stays the test's own.</param>
    public static IServiceCollection AddFakeHopNetwork(this IServiceCollection services, FakeNetwork network)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(network);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, TrustFilter>());
        return services.Replace(ServiceDescriptor.Singleton<IHopNetwork>(network));
    }
}
