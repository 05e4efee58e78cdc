using Hops.Http;

namespace LinkPreview;

/// <summary>
/// Fetches pages at addresses from visitors. The <see cref="HttpClient"/> has the guard; this class adds the other limits that such a service needs.
/// </summary>
internal sealed class PreviewClient(HttpClient http)
{
    // Title and picture are at the start of a page, so a longer page is cut off. The timeout includes the look-up, the connection, redirects and the body.
    private static readonly ResponseLimits Limits = new() { MaximumBytes = 512 * 1024, AllowTruncation = true, Timeout = TimeSpan.FromSeconds(5) };

    /// <returns>The preview, or null for every failure: visitors must not be able to distinguish the reasons.</returns>
    public async Task<Preview?> FetchAsync(string? address, CancellationToken cancellationToken)
    {
        if (address?.Length > Pages.LongestAddress
            || !Uri.TryCreate(address, UriKind.Absolute, out Uri? uri)
            || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp))
        {
            return null;
        }

        try
        {
            LimitedResponse page = await http.GetLimitedAsync(uri, Limits, cancellationToken);
            bool isPage = page.IsSuccessStatusCode && "text/html".Equals(page.MediaType, StringComparison.OrdinalIgnoreCase);
            return isPage ? Preview.Read(page.GetText(), page.RequestUri) : null;
        }
        catch (HttpRequestException)
        {
            // A failure of the server, or a refusal, which the guard has logged and counted.
            return null;
        }
    }
}
