using System.Globalization;
using Hops.Guard;

namespace Hops.GuardedClient;

/// <summary>The result of fetching one URL.</summary>
/// <param name="Url">The URL.</param>
/// <param name="Status">The status of the response; null without one.</param>
/// <param name="Version">Its HTTP version.</param>
/// <param name="Body">Its body.</param>
/// <param name="Reason">The guard's reason; null if it did not refuse.</param>
/// <param name="Error">What was thrown.</param>
/// <param name="Kind">What kind of failure <see cref="HttpClient"/> takes it for.</param>
public sealed record Fetch(
    string Url,
    int? Status = null,
    string? Version = null,
    string? Body = null,
    HopGuardReason? Reason = null,
    string? Error = null,
    HttpRequestError? Kind = null)
{
    /// <summary>For tests, in place of all the rest: the status, the reason, or the error.</summary>
    public string Outcome => Status?.ToString(CultureInfo.InvariantCulture) ?? Reason?.ToString() ?? Error ?? "";
}
