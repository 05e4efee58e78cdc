namespace Hops.Http.Policy;

/// <summary>A host's name as names are compared: without the dot at its end that makes it absolute. Case does not matter to whoever compares.</summary>
internal static class HostName
{
    public static string Canonical(string host) => host.EndsWith('.') ? host[..^1] : host;
}
