using System.Collections.Concurrent;
using System.Net;
using Hops.Guard;
using Hops.Guard.Connecting;
using Hops.Guard.Policy;
using Hops.Guard.Telemetry;
using Hops.Http.Handling;
using Hops.Http.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Hops.Http.Hosting;

/// <summary>The guards of an application, one for each name, made when they are first asked for. A client and a guard of one name are one.</summary>
internal sealed class ApplicationGuards : IDisposable
{
    private readonly IServiceProvider _services;
    private readonly IOptionsMonitor<HopGuardOptions> _options;
    private readonly RegisteredGuard[] _registered;
    private readonly HashSet<string> _exempt;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, HopGuard> _guards = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ClientTelemetry> _telemetry = new(StringComparer.Ordinal);
    private readonly List<IDisposable> _subscriptions = [];

    public ApplicationGuards(
        IEnumerable<RegisteredGuard> registered, IEnumerable<ExemptClient> exempt, IOptionsMonitor<HopGuardOptions> options, IServiceProvider services)
    {
        _services = services;
        _options = options;
        _registered = [.. registered];
        _exempt = [.. exempt.Select(static client => client.Name)];
    }

    /// <summary>Every name, with those of all clients as the default name.</summary>
    public IEnumerable<string> Names => _registered.Select(static guard => guard.Name ?? Options.DefaultName).Distinct(StringComparer.Ordinal);

    /// <summary>The clients that have none where others do.</summary>
    public IReadOnlyCollection<string> Exempt => _exempt;

    /// <summary>Whether a client has a guard.</summary>
    public bool Guards(string client) =>
        !_exempt.Contains(client) && _registered.Any(guard => guard.IsOfClient && (guard.Name is null || guard.Name == client));

    /// <exception cref="OptionsValidationException">Its options are not valid.</exception>
    /// <exception cref="HopMeterUnavailableException">Nothing here can measure, and the options require it.</exception>
    public HopGuard Get(string name)
    {
        lock (_lock)
        {
            if (!_guards.TryGetValue(name, out HopGuard? guard))
            {
                HopGuardOptions options = _options.Get(name);
                HopNetwork network = _services.GetService<HopNetwork>() ?? SocketNetwork.Open(options).InWords();
                _guards.Add(name, guard = new HopGuard(new GuardPolicy(options), network, TelemetryOf(name).Guard));
                _subscriptions.AddRange(_registered
                    .Where(registered => (registered.Name ?? name) == name && registered.Configuration is not null)
                    .Select(registered => ChangeToken.OnChange(registered.Configuration!.GetReloadToken, () => Reload(name, guard))));
            }

            return guard;
        }
    }

    /// <summary>Returns the telemetry of a guard, with the log and the meters of the application.</summary>
    public ClientTelemetry TelemetryOf(string name) => _telemetry.GetOrAdd(
        name, each => new ClientTelemetry(each, _services.GetService<ILoggerFactory>(), _services.GetService<GuardMetrics>()));

    public void Dispose()
    {
        lock (_lock)
        {
            _subscriptions.ForEach(static subscription => subscription.Dispose());
            _subscriptions.Clear();
        }
    }

    /// <summary>
    /// Configuration was read again. Only the refused networks follow it: they are a list that grows while the application runs. With a mistake anywhere in the
    /// options nothing changes.
    /// </summary>
    private void Reload(string name, HopGuard guard)
    {
        try
        {
            HopGuardOptions options = _services.GetRequiredService<IOptionsFactory<HopGuardOptions>>().Create(name);
            IReadOnlyList<IPNetwork> before = guard.Policy.Refused;
            guard.ReplaceRefusedNetworks(options.RefusedNetworks);
            if (!guard.Policy.Refused.SequenceEqual(before))
            {
                TelemetryOf(name).Reloaded(options.RefusedNetworks.Count);
            }
        }
#pragma warning disable CA1031 // The configuration is not usable, which must not end the process.
        catch (Exception e)
#pragma warning restore CA1031
        {
            TelemetryOf(name).NotReloaded(e.Message);
        }
    }
}
