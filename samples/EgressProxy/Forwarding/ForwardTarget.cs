using System.Diagnostics.CodeAnalysis;

namespace EgressProxy.Forwarding;

/// <summary>Reads the target of a request to a proxy, in absolute form (RFC 9112, section 3.2.2).</summary>
internal static class ForwardTarget
{
    // Unchanged: to a server %2f and / may be different paths.
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <param name="target">The target in the request line.</param>
    /// <param name="uri">The address to forward the request to.</param>
    /// <param name="mistake">The mistake in the target.</param>
    public static bool TryRead(string target, [NotNullWhen(true)] out Uri? uri, [NotNullWhen(false)] out string? mistake)
    {
        mistake = null;
        if (!target.StartsWith($"{Uri.UriSchemeHttp}://", StringComparison.OrdinalIgnoreCase) || !Uri.TryCreate(target, AsWritten, out uri))
        {
            uri = null;
            mistake = "This is a proxy: it takes CONNECT example.com:443, and GET http://example.com/. For https use CONNECT.";
            return false;
        }

        // RFC 9110, section 4.2.4.
        if (uri.UserInfo.Length > 0 || uri.IdnHost.Length == 0 || uri.HostNameType == UriHostNameType.Unknown)
        {
            uri = null;
            mistake = "The address has no host, or a user.";
            return false;
        }

        if (!uri.PathAndQuery.StartsWith('/'))
        {
            // http://example.com?a=1
            uri = new Uri(target);
        }

        return true;
    }
}
