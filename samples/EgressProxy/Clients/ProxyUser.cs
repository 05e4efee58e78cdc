using Hops.Guard;

namespace EgressProxy.Clients;

/// <summary>Represents a user of the proxy with the guard of its connections. Without configured users, one user with an empty name stands for all.</summary>
internal sealed record ProxyUser(string Name, HopGuard Guard);
