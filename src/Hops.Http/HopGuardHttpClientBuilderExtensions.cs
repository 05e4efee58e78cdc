using Hops.Guard;
using Hops.Http.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

// Found without a using, as the members of the builder itself.
#pragma warning disable IDE0130
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>
/// Adds guards to the clients of <see cref="IHttpClientFactory"/>: <c>services.AddHttpClient("webhooks").AddHopGuard(o => o.MinimumHops = 4)</c>.
/// </summary>
public static class HopGuardHttpClientBuilderExtensions
{
    /// <summary>
    /// Adds a guard to a client, or, with <c>ConfigureHttpClientDefaults</c>, to all clients. Other settings of the client stay, whether they are made before
    /// or after. Settings that would bypass the guard make the creation of the client fail. When the host starts, a measured connection over loopback verifies
    /// that the guard works.
    /// </summary>
    /// <param name="builder">The builder of the client.</param>
    /// <param name="configure">Sets options; null if they are set elsewhere.</param>
    public static IHttpClientBuilder AddHopGuard(this IHttpClientBuilder builder, Action<HopGuardOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(null, configure);
    }

    /// <summary>
    /// Adds a guard to a client, with options from a section of the configuration, whose settings have the names of the options. An invalid setting makes the
    /// start fail with an <see cref="OptionsValidationException"/> that lists all mistakes with their paths: an unknown name, a text in place of a list, an
    /// empty value, a bare number in place of a time. When the configuration is reloaded (<c>reloadOnChange</c>), <see cref="HopGuardOptions.RefusedNetworks"/>
    /// change at once; if it then has a mistake anywhere, they stay, and the mistake is logged.
    /// </summary>
    /// <param name="builder">The builder of the client.</param>
    /// <param name="configuration">The section.</param>
    public static IHttpClientBuilder AddHopGuard(this IHttpClientBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(configuration, HopGuardServiceCollectionExtensions.From(configuration));
    }

    /// <summary>
    /// Removes the guard of a client, whether it was added for this client or by <c>ConfigureHttpClientDefaults</c>, before or after this call. Use it for
    /// clients of internal servers whose addresses do not come from untrusted users.
    /// </summary>
    /// <param name="builder">The builder of the client.</param>
    /// <exception cref="InvalidOperationException">The builder is that of all clients.</exception>
    public static IHttpClientBuilder RemoveHopGuard(this IHttpClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(new ExemptClient(
            builder.Name ?? throw new InvalidOperationException("The guard cannot be removed from all clients at once: do not add it to all.")));
        return builder;
    }

    private static IHttpClientBuilder Add(this IHttpClientBuilder builder, IConfiguration? configuration, Action<HopGuardOptions>? configure)
    {
        // A builder without a name sets the defaults of all clients.
        builder.Services.Add(new RegisteredGuard(builder.Name, IsOfClient: true, configuration), configure);
        if (!builder.Services.Any(static service => service.ImplementationType == typeof(HopGuardBuilderFilter)))
        {
            // Filters wrap each other. The first one is the outermost, so it sees the handler after all others have changed it.
            builder.Services.Insert(0, ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, HopGuardBuilderFilter>());
        }

        return builder;
    }
}
