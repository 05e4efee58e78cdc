using Hops.Http.Handling;

namespace Hops.Http;

/// <summary>What a request says to the guard of its client.</summary>
public static class HopGuardRequest
{
    /// <summary>
    /// Another minimum distance for this request, from 1 to 35, in place of that of the client's options: <c>request.Options.Set(HopGuardRequest.MinimumHops,
    /// tenant.MinimumHops)</c>. Each minimum has a handler, and so connections, of its own, at most 35 of them: a request never uses a connection that was
    /// judged by another minimum. Minimums of hosts and networks come before it, as before the client's.
    /// </summary>
    public static HttpRequestOptionsKey<int> MinimumHops => MinimumHandler.Own;
}
