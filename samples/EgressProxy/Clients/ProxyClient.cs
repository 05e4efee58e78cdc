using System.Net;

namespace EgressProxy.Clients;

/// <summary>A connection feature that marks connections to the proxy, as opposed to those to the operator's port.</summary>
internal sealed record ProxyClient(IPAddress Address);
