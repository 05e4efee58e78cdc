using Hops.Guard;
using Hops.Http.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

// Found without a using, as the members of the builder itself.
#pragma warning disable IDE0130
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary><c>services.AddHttpClient("webhooks").AddHopGuard(o => o.MinimumHops = 4)</c></summary>
public static class HopGuardHttpClientBuilderExtensions
{
    /// <summary>
    /// Guards a client, or with <c>ConfigureHttpClientDefaults</c> all clients. What is configured for the client before and after stays, but for what would
    /// let connections pass by the guard: then creating the client fails and says so. When the host starts, a measured connection over loopback proves that the
    /// guard works.
    /// </summary>
    /// <param name="builder">The client's.</param>
    /// <param name="configure">Sets options; null where the configuration does.</param>
    public static IHttpClientBuilder AddHopGuard(this IHttpClientBuilder builder, Action<HopGuardOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(null, configure);
    }

    /// <summary>
    /// Guards a client as configuration says: a section with the options' names. A setting that is not understood fails the start, with its path: a name that
    /// is no option, a text where a list belongs, an empty value, a bare number where a time belongs. It is an <see cref="OptionsValidationException"/>, with
    /// all mistakes. When the configuration is read again (<c>reloadOnChange</c>), <see cref="HopGuardOptions.RefusedNetworks"/> follow it at once; with a mistake
    /// anywhere they stay, and the log has it.
    /// </summary>
    /// <param name="builder">The client's.</param>
    /// <param name="configuration">The section.</param>
    public static IHttpClientBuilder AddHopGuard(this IHttpClientBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(configuration, HopGuardServiceCollectionExtensions.From(configuration));
    }

    /// <summary>
    /// Leaves a client without a guard where <c>ConfigureHttpClientDefaults</c> guards all clients, or where it was given one before or will be later: for the
    /// one that talks to what is inside, whose addresses no stranger has a say in.
    /// </summary>
    /// <param name="builder">The client's.</param>
    /// <exception cref="InvalidOperationException">It is the builder of all clients.</exception>
    public static IHttpClientBuilder RemoveHopGuard(this IHttpClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(new ExemptClient(
            builder.Name ?? throw new InvalidOperationException("All clients at once cannot be left without a guard: do not add it to all.")));
        return builder;
    }

    private static IHttpClientBuilder Add(this IHttpClientBuilder builder, IConfiguration? configuration, Action<HopGuardOptions>? configure)
    {
        // Without a name these are the defaults of all clients.
        builder.Services.Add(new RegisteredGuard(builder.Name, IsOfClient: true, configuration), configure);
        if (!builder.Services.Any(static service => service.ImplementationType == typeof(HopGuardBuilderFilter)))
        {
            // Filters wrap each other, the first one outermost, and what the outermost does after the others is the last word.
            builder.Services.Insert(0, ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, HopGuardBuilderFilter>());
        }

        return builder;
    }
}
