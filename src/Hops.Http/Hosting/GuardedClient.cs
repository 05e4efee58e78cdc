namespace Hops.Http.Hosting;

/// <summary>A client that has a guard.</summary>
/// <param name="Name">Its name; null for all clients.</param>
internal sealed record GuardedClient(string? Name);
