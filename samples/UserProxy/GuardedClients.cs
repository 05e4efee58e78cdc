using Hops.Guard;
using Hops.Http;
using Yarp.ReverseProxy.Forwarder;

namespace UserProxy;

/// <summary>Adds the guard to the handlers with which YARP forwards requests. YARP's settings of the handlers stay.</summary>
internal sealed class GuardedClients(HopGuard guard, ILoggerFactory loggerFactory) : ForwarderHttpClientFactory
{
    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) =>
        guard.CreateHandler((SocketsHttpHandler)handler, loggerFactory);
}
