using Hops.Http.Policy;
using Hops.Http.Telemetry;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Hops.Http.Hosting;

/// <summary>Puts the guard around a client's primary handler after everything else has been configured: nothing that comes later can take it away.</summary>
internal sealed class HopGuardBuilderFilter(IEnumerable<GuardedClient> clients, IOptionsMonitor<HopGuardOptions> options, IServiceProvider services) : IHttpMessageHandlerBuilderFilter
{
    private readonly HashSet<string> _names = [.. clients.Select(static client => client.Name).OfType<string>()];
    private readonly bool _guardsAll = clients.Any(static client => client.Name is null);

    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        string name = builder.Name ?? Options.DefaultName;
        if (_guardsAll || _names.Contains(name))
        {
            builder.PrimaryHandler = Guard(name, builder.PrimaryHandler);
        }
    };

    private HopGuardHandler Guard(string name, HttpMessageHandler primary)
    {
        if (primary is not SocketsHttpHandler handler)
        {
            throw new InvalidOperationException(
                $"The client '{name}' has a primary handler of type {primary.GetType().Name}, whose connections a hop guard cannot judge. Use a SocketsHttpHandler, or none, or remove the guard.");
        }

        HopGuardOptions own = options.Get(name);
        return HopGuardHandler.Around(handler, name, new GuardPolicy(own), GuardNetwork.Open(own, services), GuardTelemetry.Of(name, services));
    }
}
