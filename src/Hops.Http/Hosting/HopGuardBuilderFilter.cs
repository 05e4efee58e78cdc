using Hops.Guard;
using Hops.Http.Handling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;

namespace Hops.Http.Hosting;

/// <summary>Adds the guard to a client's primary handler after everything else has been configured, so that nothing can remove it later.</summary>
internal sealed class HopGuardBuilderFilter(ApplicationGuards guards, IServiceProvider services) : IHttpMessageHandlerBuilderFilter
{
    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        string name = builder.Name ?? Options.DefaultName;
        if (guards.Guards(name))
        {
            ThrowUnlessOutermost(name);
            builder.PrimaryHandler = Around(name, builder.PrimaryHandler);
        }
    };

    /// <summary>Verifies that no filter wraps this one, because such a filter could replace the guarded handler.</summary>
    private void ThrowUnlessOutermost(string name)
    {
        if (services.GetServices<IHttpMessageHandlerBuilderFilter>().First() is var first && first != this)
        {
            throw new InvalidOperationException(
                $"The filter {first.GetType().Name} was put before the hop guard '{name}', and could remove it. "
                + "Register it with AddSingleton or TryAddEnumerable, not at the start of the services.");
        }
    }

    private MinimumHandler Around(string name, HttpMessageHandler primary)
    {
        HopGuard guard = guards.Get(name);
        return new MinimumHandler(Around(name, primary, guard), guard.Policy.MinimumHops, minimum =>
        {
            // Lives as long as the handler.
            IServiceScope scope = services.CreateScope();
            return (Around(name, HandlerRotation.Configure(name, services, scope).PrimaryHandler, guard.WithMinimumHops(minimum)), scope);
        });
    }

    private HopGuardHandler Around(string name, HttpMessageHandler primary, HopGuard guard)
    {
        if (primary is not SocketsHttpHandler handler)
        {
            throw new InvalidOperationException(
                $"The client '{name}' has a primary handler of type {primary.GetType().Name}, whose connections a hop guard cannot judge. "
                + "Use a SocketsHttpHandler, or none, or remove the guard.");
        }

        return HopGuardHandler.Around(handler, name, guard, guards.TelemetryOf(name));
    }
}
