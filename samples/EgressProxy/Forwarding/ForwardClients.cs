using System.Collections.Concurrent;
using System.Text;
using EgressProxy.Clients;
using Hops.Http;

namespace EgressProxy.Forwarding;

/// <summary>What sends the requests of each user, through the user's guard: it adds nothing to a request, and remembers nothing.</summary>
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
            // A connection serves one request. Each is judged, and nothing that one client does to a connection, such as a log-in with NTLM, is another's.
            PooledConnectionLifetime = TimeSpan.Zero,
            // One that was made for a client that did not wait.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(1),
            PlaintextStreamFilter = Once,
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        },
        loggerFactory)));

    /// <summary>
    /// Lets each request have one connection. <see cref="HttpClient"/> would send a request again, up to three times, whose connection ends before the
    /// answer; a proxy must not (RFC 9110, section 9.2.2).
    /// </summary>
    private static ValueTask<Stream> Once(SocketsHttpPlaintextStreamFilterContext context, CancellationToken cancellationToken) =>
        context.InitialRequestMessage.Options.TryAdd(nameof(Once), true)
            ? ValueTask.FromResult(context.PlaintextStream)
            : throw new IOException("The server ended the connection without an answer.");
}
