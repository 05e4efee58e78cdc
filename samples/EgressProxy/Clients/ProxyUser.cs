using Hops.Guard;

namespace EgressProxy.Clients;

/// <summary>A user of the proxy, and the guard that judges the user's connections. Without users, one without a name stands for all clients.</summary>
internal sealed record ProxyUser(string Name, HopGuard Guard);
