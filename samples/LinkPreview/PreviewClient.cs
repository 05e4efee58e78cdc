using Hops.Http;

namespace LinkPreview;

/// <summary>Fetches what strangers ask for. The guard is in the <see cref="HttpClient"/>; here are the other limits that such a service needs.</summary>
internal sealed class PreviewClient(HttpClient http)
{
    // What counts stands at the start of a page; how long it is is nobody's business. The time is for all of it: name, connection, redirects, body.
    private static readonly ResponseLimits Limits = new() { MaximumBytes = 512 * 1024, AllowTruncation = true, Timeout = TimeSpan.FromSeconds(5) };

    /// <returns>Null when there is no preview, for whatever reason: who asked must not be able to tell one from another.</returns>
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
            // Whatever the server did, or a refusal of the guard, which has logged and counted it.
            return null;
        }
    }
}
