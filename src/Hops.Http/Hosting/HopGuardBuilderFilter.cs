using Hops.Guard;
using Hops.Guard.Policy;
using Hops.Http.Handling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Hops.Http.Hosting;

/// <summary>Puts the guard around a client's primary handler after everything else has been configured: nothing that comes later can take it away.</summary>
internal sealed class HopGuardBuilderFilter(
    IEnumerable<GuardedClient> clients, IOptionsMonitor<HopGuardOptions> options, IServiceProvider services) : IHttpMessageHandlerBuilderFilter
{
    private readonly HashSet<string> _names = [.. clients.Select(static client => client.Name).OfType<string>()];
    private readonly bool _guardsAll = clients.Any(static client => client.Name is null);

    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        string name = builder.Name ?? Options.DefaultName;
        if (_guardsAll || _names.Contains(name))
        {
            ThrowUnlessOutermost(name);
            builder.PrimaryHandler = Around(name, builder.PrimaryHandler);
        }
    };

    /// <summary>What wraps this filter has the last word, and could put another handler in place of the guarded one.</summary>
    private void ThrowUnlessOutermost(string name)
    {
        if (services.GetServices<IHttpMessageHandlerBuilderFilter>().First() is var first && first != this)
        {
            throw new InvalidOperationException(
                $"The filter {first.GetType().Name} was put before the hop guard of client '{name}', and could take it away. "
                + "Register it with AddSingleton or TryAddEnumerable, not at the start of the services.");
        }
    }

    private HopGuardHandler Around(string name, HttpMessageHandler primary)
    {
        if (primary is not SocketsHttpHandler handler)
        {
            throw new InvalidOperationException(
                $"The client '{name}' has a primary handler of type {primary.GetType().Name}, whose connections a hop guard cannot judge. "
                + "Use a SocketsHttpHandler, or none, or remove the guard.");
        }

        HopGuardOptions own = options.Get(name);
        return HopGuardHandler.Around(handler, name, new GuardPolicy(own), services.OpenNetwork(own), services.CreateTelemetry(name));
    }
}
