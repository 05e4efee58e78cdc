using Hops.Http.Handling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Hops.Http.Hosting;

/// <summary>
/// Configures a second handler at the start, as <see cref="IHttpClientFactory"/> does when the lifetime of a client's handler is over. Settings that work only
/// once, such as a handler that is always the same, then fail at the start and not minutes later.
/// </summary>
internal static class HandlerRotation
{
    /// <summary>Configures one more handler of a client, which already has one, and disposes of it.</summary>
    /// <exception cref="InvalidOperationException">The client's handler is shared: it already has a guard.</exception>
    public static void Try(string client, IServiceProvider services)
    {
        using IServiceScope scope = services.CreateScope();
        HttpMessageHandlerBuilder builder = Configure(client, services, scope);
        if (builder.PrimaryHandler is SocketsHttpHandler handler)
        {
            HopGuardHandler.ThrowIfGuarded(handler, client);
        }

        builder.Build().Dispose();
    }

    /// <summary>Configures one more handler of a client, as the factory would, but without a guard.</summary>
    /// <param name="client">Its name.</param>
    /// <param name="services">The application's.</param>
    /// <param name="scope">What the handler may use as long as it lives.</param>
    public static HttpMessageHandlerBuilder Configure(string client, IServiceProvider services, IServiceScope scope)
    {
        HttpMessageHandlerBuilder builder = scope.ServiceProvider.GetRequiredService<HttpMessageHandlerBuilder>();
        builder.Name = client;
        HttpClientFactoryOptions options = services.GetRequiredService<IOptionsMonitor<HttpClientFactoryOptions>>().Get(client);
        Action<HttpMessageHandlerBuilder> configure = each =>
        {
            foreach (Action<HttpMessageHandlerBuilder> action in options.HttpMessageHandlerBuilderActions)
            {
                action(each);
            }
        };
        // The first filter is the outermost.
        IEnumerable<IHttpMessageHandlerBuilderFilter> filters = services.GetServices<IHttpMessageHandlerBuilderFilter>();
        foreach (IHttpMessageHandlerBuilderFilter filter in filters.Where(static filter => filter is not HopGuardBuilderFilter).Reverse())
        {
            configure = filter.Configure(configure);
        }

        configure(builder);
        return builder;
    }
}
