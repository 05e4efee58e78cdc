using Hops.Http.Handling;

namespace Hops.Http;

/// <summary>Provides the options that a request can set for the guard of its client.</summary>
public static class HopGuardRequest
{
    /// <summary>
    /// Gets the key of a request's own minimum distance, from 1 to 35, in place of that of the client's options:
    /// <c>request.Options.Set(HopGuardRequest.MinimumHops, tenant.MinimumHops)</c>. Each minimum, at most 35, has a separate handler with its own connections,
    /// so a request never uses a connection that was checked with another minimum. Minimums of hosts and networks take precedence over it, as over the
    /// client's.
    /// </summary>
    public static HttpRequestOptionsKey<int> MinimumHops => MinimumHandler.Own;
}
