using Hops.Guard;
using Hops.Http;
using Yarp.ReverseProxy.Forwarder;

namespace UserProxy;

/// <summary>Puts the guard around the handlers with which YARP forwards. Its settings of them stay.</summary>
internal sealed class GuardedClients(HopGuard guard, ILoggerFactory loggerFactory) : ForwarderHttpClientFactory
{
    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) =>
        guard.CreateHandler((SocketsHttpHandler)handler, loggerFactory);
}
