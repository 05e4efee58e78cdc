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

/// <summary>Adds guards for connections of any protocol to the services: <c>services.AddHopGuard("mail", o => o.MinimumHops = 4)</c>.</summary>
/// <remarks>
/// A guard is a singleton with its name as the key (<c>[FromKeyedServices("mail")] HopGuard guard</c>), or without a key if it has no name. When the host
/// starts, a measured connection over loopback verifies that it works. A guard and a guarded <see cref="HttpClient"/> with the same name are one guard and
/// share their options. Options that are set for all clients apply to guards too.
/// </remarks>
public static class HopGuardServiceCollectionExtensions
{
    /// <summary>Adds a guard with a name.</summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="name">The key of the service, and the name of its options.</param>
    /// <param name="configure">Sets options; null if they are set elsewhere.</param>
    public static IServiceCollection AddHopGuard(this IServiceCollection services, string name, Action<HopGuardOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        return services.Add(new RegisteredGuard(name, IsOfClient: false, null), configure);
    }

    /// <summary>
    /// Adds a guard with a name, with options from a section of the configuration, whose settings have the names of the options. Invalid settings make the
    /// start fail. When the configuration is reloaded (<c>reloadOnChange</c>), <see cref="HopGuardOptions.RefusedNetworks"/> change at once; if it then has a
    /// mistake anywhere, they stay, and the mistake is logged.
    /// </summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="name">The key of the service, and the name of its options.</param>
    /// <param name="configuration">The section.</param>
    public static IServiceCollection AddHopGuard(this IServiceCollection services, string name, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(configuration);
        return services.Add(new RegisteredGuard(name, IsOfClient: false, configuration), From(configuration));
    }

    /// <summary>Adds a guard without a name, for applications with only one guard.</summary>
    /// <inheritdoc cref="AddHopGuard(IServiceCollection, string, Action{HopGuardOptions}?)"/>
    public static IServiceCollection AddHopGuard(this IServiceCollection services, Action<HopGuardOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddHopGuard(Options.Options.DefaultName, configure);
    }

    /// <summary>Adds a guard without a name, with options from a section of the configuration.</summary>
    /// <inheritdoc cref="AddHopGuard(IServiceCollection, string, IConfiguration)"/>
    public static IServiceCollection AddHopGuard(this IServiceCollection services, IConfiguration configuration) =>
        services.AddHopGuard(Options.Options.DefaultName, configuration);

    /// <summary>
    /// Logs the unguarded connections of this process after the host has started, once for each assembly and remote end point
    /// (<see cref="HopGuard.Watch(Action{UnguardedConnection})"/>). Nothing is refused. Use it to find unguarded connections before you rely on a guard.
    /// </summary>
    /// <param name="services">The services of the application.</param>
    public static IServiceCollection AddHopGuardWatch(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<Hops.Guard.Telemetry.GuardMetrics>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<Hosting.IHostedService, UnguardedWatch>());
        return services;
    }

    /// <summary>Returns an action that reads options from a section of the configuration.</summary>
    internal static Action<HopGuardOptions> From(IConfiguration configuration) =>
        options => OptionTable.Read(ConfigurationSettings.Read(configuration), options);

    /// <summary>Adds the services that every guard needs, of a client or not.</summary>
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

    /// <summary>Returns where to insert options: those for all clients go before those of one client, so that a client's own options override them.</summary>
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
