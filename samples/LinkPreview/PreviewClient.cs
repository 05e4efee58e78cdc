using System.Text;

namespace LinkPreview;

/// <summary>Fetches what strangers ask for. The guard is in the <see cref="HttpClient"/>; here are the other limits that such a service needs.</summary>
internal sealed class PreviewClient(HttpClient http)
{
    private const int MostBytes = 512 * 1024;

    // For all of it: name, connection, redirects, body.
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(5);

    /// <returns>Null when there is no preview, for whatever reason: who asked must not be able to tell one from another.</returns>
    public async Task<Preview?> FetchAsync(string? address, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp))
        {
            return null;
        }

        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(MostTime);
        try
        {
            using HttpResponseMessage response = await http.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!response.IsSuccessStatusCode || !"text/html".Equals(response.Content.Headers.ContentType?.MediaType, StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }

            // What counts stands at the start of a page; how long it is is nobody's business.
            byte[] start = new byte[MostBytes];
            await using Stream body = await response.Content.ReadAsStreamAsync(limit.Token);
            int length = await body.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, limit.Token);
            string html = EncodingOf(response.Content.Headers.ContentType.CharSet).GetString(start, 0, length);
            return Preview.Read(html, response.RequestMessage!.RequestUri!);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // A refusal of the guard is one of these. It has logged and counted it.
            return null;
        }
    }

    private static Encoding EncodingOf(string? name)
    {
        try
        {
            return name is null ? Encoding.UTF8 : Encoding.GetEncoding(name.Trim('"'));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return Encoding.UTF8;
        }
    }
}
