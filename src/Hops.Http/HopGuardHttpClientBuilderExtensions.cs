using Hops.Guard;
using Hops.Guard.Policy;
using Hops.Guard.Telemetry;
using Hops.Http.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
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
        // Without a name these are the defaults of all clients.
        string? name = builder.Name;
        IServiceCollection services = builder.Services;
        if (configure is not null)
        {
            ConfigureNamedOptions<HopGuardOptions> own = new(name, configure);
            services.Insert(IndexFor(name, services), ServiceDescriptor.Singleton<IConfigureOptions<HopGuardOptions>>(own));
        }

        services.AddSingleton(new GuardedClient(name));
        services.AddOptions<HopGuardOptions>(name ?? Microsoft.Extensions.Options.Options.DefaultName).ValidateOnStart();
        services.TryAddSingleton<GuardMetrics>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<HopGuardOptions>, HopGuardOptionsValidation>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, HopGuardStartup>());
        if (!services.Any(static service => service.ImplementationType == typeof(HopGuardBuilderFilter)))
        {
            // Filters wrap each other, the first one outermost, and what the outermost does after the others is the last word.
            services.Insert(0, ServiceDescriptor.Singleton<IHttpMessageHandlerBuilderFilter, HopGuardBuilderFilter>());
        }

        return builder;
    }

    /// <summary>
    /// Guards a client as configuration says: a section with the options' names. A setting that is not understood fails the start, with its path: a name that
    /// is no option, a text where a list belongs, an empty value, a bare number where a time belongs. It is an <see cref="OptionsValidationException"/>, with
    /// all mistakes.
    /// </summary>
    /// <param name="builder">The client's.</param>
    /// <param name="configuration">The section.</param>
    public static IHttpClientBuilder AddHopGuard(this IHttpClientBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return builder.AddHopGuard(options => OptionTable.Read(ConfigurationSettings.Read(configuration), options));
    }

    /// <summary>What is for all clients comes before what is for one, whichever was said first: a client's own options are not overridden.</summary>
    private static int IndexFor(string? name, IServiceCollection services)
    {
        for (int i = 0; name is null && i < services.Count; i++)
        {
            if (services[i].ImplementationInstance is ConfigureNamedOptions<HopGuardOptions> { Name: not null })
            {
                return i;
            }
        }

        return services.Count;
    }
}
