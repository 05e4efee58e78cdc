using System.Globalization;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;

namespace EgressProxy.Forwarding;

/// <summary>
/// Transforms the client's request into the request to the server, and the server's answer into the answer to the client (RFC 9110, section 7.6). YARP removes
/// the fields of a single connection, including those of the proxy's log-in, and adds the fields of an upgrade afterwards. This class removes the fields that
/// <c>Connection</c> names.
/// </summary>
/// <param name="target">The address to forward to.</param>
/// <param name="pseudonym">The name of this proxy in <c>Via</c>.</param>
internal sealed class ForwardTransformer(Uri target, string pseudonym) : HttpTransformer
{
    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        foreach (string name in Named(httpContext.Request.Headers.Connection))
        {
            proxyRequest.Headers.Remove(name);
            proxyRequest.Content?.Headers.Remove(name);
        }

        if (MaxForwards(httpContext.Request) is { } most)
        {
            proxyRequest.Headers.MaxForwards = most - 1;
        }

        proxyRequest.RequestUri = target;
        // The target's host, even if the client sent another Host field.
        proxyRequest.Headers.Host = null;
        proxyRequest.Headers.TryAddWithoutValidation(HeaderNames.Via, $"{Version(httpContext)} {pseudonym}");
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        bool isForwarded = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        if (proxyResponse is not null)
        {
            foreach (string name in proxyResponse.Headers.Connection.Where(static n => !n.Equals(HeaderNames.Upgrade, StringComparison.OrdinalIgnoreCase)))
            {
                httpContext.Response.Headers.Remove(name);
            }

            httpContext.Response.Headers.Append(HeaderNames.Via, $"{proxyResponse.Version.ToString(2)} {pseudonym}");
        }

        return isForwarded;
    }

    /// <summary>Returns how many more proxies may forward a request (RFC 9110, section 7.6.2); null if the field is missing or does not apply.</summary>
    public static int? MaxForwards(HttpRequest request) => HttpMethods.IsOptions(request.Method)
        && int.TryParse(request.Headers[HeaderNames.MaxForwards], NumberStyles.None, CultureInfo.InvariantCulture, out int most) ? most : null;

    private static string[] Named(StringValues connection) =>
        [.. connection.SelectMany(static value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    private static string Version(HttpContext context) => context.Request.Protocol == HttpProtocol.Http10 ? "1.0" : "1.1";
}
