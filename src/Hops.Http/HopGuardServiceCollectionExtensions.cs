using Hops.Guard;
using Hops.Guard.Policy;
using Hops.Http.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

// Found without a using, as the members of the services themselves.
#pragma warning disable IDE0130
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary><c>services.AddHopGuard("mail", o => o.MinimumHops = 4)</c></summary>
/// <remarks>
/// A guard for connections of any protocol, among the services as a singleton: by its name (<c>[FromKeyedServices("mail")] HopGuard guard</c>), or without a key
/// if it has none. When the host starts, a measured connection over loopback proves that it works. A guard and a guarded <see cref="HttpClient"/> of one name
/// share their options and are one guard; what was said of all clients holds for guards, too.
/// </remarks>
public static class HopGuardServiceCollectionExtensions
{
    /// <summary>Adds a guard with a name.</summary>
    /// <param name="services">The application's.</param>
    /// <param name="name">The key of the service, and the name of its options.</param>
    /// <param name="configure">Sets options; null where they are set elsewhere.</param>
    public static IServiceCollection AddHopGuard(this IServiceCollection services, string name, Action<HopGuardOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        return services.Add(new RegisteredGuard(name, IsOfClient: false, null), configure);
    }

    /// <summary>
    /// Adds a guard with a name, as configuration says: a section with the options' names, read strictly. When the configuration is read again
    /// (<c>reloadOnChange</c>), <see cref="HopGuardOptions.RefusedNetworks"/> follow it at once; with a mistake anywhere they stay, and the log has it.
    /// </summary>
    /// <param name="services">The application's.</param>
    /// <param name="name">The key of the service, and the name of its options.</param>
    /// <param name="configuration">The section.</param>
    public static IServiceCollection AddHopGuard(this IServiceCollection services, string name, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(configuration);
        return services.Add(new RegisteredGuard(name, IsOfClient: false, configuration), From(configuration));
    }

    /// <summary>Adds the application's only guard, without a name.</summary>
    /// <inheritdoc cref="AddHopGuard(IServiceCollection, string, Action{HopGuardOptions}?)"/>
    public static IServiceCollection AddHopGuard(this IServiceCollection services, Action<HopGuardOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddHopGuard(Options.Options.DefaultName, configure);
    }

    /// <summary>Adds the application's only guard, without a name, as configuration says.</summary>
    /// <inheritdoc cref="AddHopGuard(IServiceCollection, string, IConfiguration)"/>
    public static IServiceCollection AddHopGuard(this IServiceCollection services, IConfiguration configuration) =>
        services.AddHopGuard(Options.Options.DefaultName, configuration);

    /// <summary>
    /// Logs the connections of this process that no guard makes, from the start of the host on, each assembly and remote once: see <see cref="HopGuard.Watch(Action{UnguardedConnection})"/>.
    /// Nothing is refused. To see what is left, before a guard is relied on.
    /// </summary>
    /// <param name="services">The application's.</param>
    public static IServiceCollection AddHopGuardWatch(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<Hops.Guard.Telemetry.GuardMetrics>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<Hosting.IHostedService, UnguardedWatch>());
        return services;
    }

    /// <summary>Options as a section of configuration has them.</summary>
    internal static Action<HopGuardOptions> From(IConfiguration configuration) =>
        options => OptionTable.Read(ConfigurationSettings.Read(configuration), options);

    /// <summary>What every guard needs, of a client or not.</summary>
    internal static IServiceCollection Add(this IServiceCollection services, RegisteredGuard guard, Action<HopGuardOptions>? configure)
    {
        if (configure is not null)
        {
            ConfigureNamedOptions<HopGuardOptions> own = new(guard.Name, configure);
            services.Insert(IndexFor(guard.Name, services), ServiceDescriptor.Singleton<IConfigureOptions<HopGuardOptions>>(own));
        }

        string name = guard.Name ?? Options.Options.DefaultName;
        services.AddSingleton(guard);
        services.AddOptions<HopGuardOptions>(name).ValidateOnStart();
        services.TryAddSingleton<Hops.Guard.Telemetry.GuardMetrics>();
        services.TryAddSingleton<ApplicationGuards>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<HopGuardOptions>, HopGuardOptionsValidation>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<Hosting.IHostedService, HopGuardStartup>());
        if (!guard.IsOfClient && name.Length == 0)
        {
            services.TryAddSingleton(static provider => provider.GetRequiredService<ApplicationGuards>().Get(Options.Options.DefaultName));
        }
        else if (!guard.IsOfClient)
        {
            services.TryAddKeyedSingleton(name, static (provider, key) => provider.GetRequiredService<ApplicationGuards>().Get((string)key!));
        }

        return services;
    }

    /// <summary>What is for all clients comes before what is for one, whichever was said first: a client's own options are not overridden.</summary>
    private static int IndexFor(string? name, IServiceCollection services)
    {
        for (int i = 0; name is null && i < services.Count; i++)
        {
            if (services[i].ServiceType == typeof(IConfigureOptions<HopGuardOptions>)
                && services[i].ImplementationInstance is ConfigureNamedOptions<HopGuardOptions> { Name: not null })
            {
                return i;
            }
        }

        return services.Count;
    }
}
