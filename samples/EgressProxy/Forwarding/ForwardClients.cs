using System.Collections.Concurrent;
using System.Text;
using EgressProxy.Clients;
using Hops.Http;

namespace EgressProxy.Forwarding;

/// <summary>Has an HTTP client for each user, with the user's guard. It adds nothing to requests, and keeps no state such as cookies.</summary>
internal sealed class ForwardClients(ILoggerFactory loggerFactory) : IDisposable
{
    private readonly ConcurrentDictionary<ProxyUser, Lazy<HttpMessageInvoker>> _clients = new();

    public HttpMessageInvoker Of(ProxyUser user) => _clients.GetOrAdd(user, key => new(() => Create(key))).Value;

    public void Dispose()
    {
        foreach (Lazy<HttpMessageInvoker> client in _clients.Values)
        {
            client.Value.Dispose();
        }
    }

    private HttpMessageInvoker Create(ProxyUser user) => new(new FlushingHandler(user.Guard.CreateHandler(
        new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            // A connection serves one request, so that each is judged, and the state of a connection, such as a log-in with NTLM, is not shared.
            PooledConnectionLifetime = TimeSpan.Zero,
            // Closes connections whose client did not wait for them.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(1),
            PlaintextStreamFilter = Once,
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        },
        loggerFactory)));

    /// <summary>
    /// Allows one connection for each request. If a connection ends before the answer, <see cref="HttpClient"/> would send the request again, up to three
    /// times, which a proxy must not do (RFC 9110, section 9.2.2).
    /// </summary>
    private static ValueTask<Stream> Once(SocketsHttpPlaintextStreamFilterContext context, CancellationToken cancellationToken) =>
        context.InitialRequestMessage.Options.TryAdd(nameof(Once), true)
            ? ValueTask.FromResult(context.PlaintextStream)
            : throw new IOException("The server ended the connection without an answer.");
}
