using System.Net;

namespace EgressProxy.Clients;

/// <summary>A feature of the connections that came to the proxy, and not to the operator's port.</summary>
internal sealed record ProxyClient(IPAddress Address);
