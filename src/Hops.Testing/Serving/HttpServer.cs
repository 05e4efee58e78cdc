using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Text;

namespace Hops.Testing.Serving;

/// <summary>As much of an HTTP/1.1 server as a well-behaved client needs: one request after the other, bodies in memory (RFC 9112).</summary>
internal sealed class HttpServer(Func<HttpRequestMessage, HttpResponseMessage> respond)
{
    public async Task ServeAsync(Stream stream, CancellationToken cancellationToken)
    {
        BufferedStream buffered = new(stream);
        await using ConfiguredAsyncDisposable _ = buffered.ConfigureAwait(false);
        HttpRequestReader reader = new(buffered, stream is SslStream ? Uri.UriSchemeHttps : Uri.UriSchemeHttp);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) is { } request)
        {
            using (request)
            {
                using HttpResponseMessage response = respond(request);
                await WriteAsync(stream, request.Method, response, cancellationToken).ConfigureAwait(false);
                if (request.Headers.ConnectionClose == true)
                {
                    return;
                }
            }
        }
    }

    private static async Task WriteAsync(Stream stream, HttpMethod method, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        byte[] body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        StringBuilder head = new();
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {(int)response.StatusCode} {response.ReasonPhrase}\r\n");
        foreach ((string name, IEnumerable<string> values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated).Select(Plain))
        {
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) && !name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                head.Append(CultureInfo.InvariantCulture, $"{name}: {string.Join(", ", values)}\r\n");
            }
        }

        if (response.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.NotModified))
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        }

        head.Append("\r\n");
        byte[] headBytes = Encoding.Latin1.GetBytes(head.ToString());
        bool hasBody = method != HttpMethod.Head && response.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.NotModified);
        await stream.WriteAsync(hasBody ? [.. headBytes, .. body] : headBytes, cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static (string Name, IEnumerable<string> Values) Plain(KeyValuePair<string, HeaderStringValues> header) => (header.Key, header.Value);
}
