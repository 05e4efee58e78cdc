using System.Text;

namespace EgressProxy.Forwarding;

/// <summary>Settings of the handler that sends what clients ask to be forwarded: it adds nothing, and remembers nothing.</summary>
internal static class ForwardHandler
{
    public static void Configure(SocketsHttpHandler handler)
    {
        handler.UseCookies = false;
        handler.AllowAutoRedirect = false;
        handler.UseProxy = false;
        handler.ActivityHeadersPropagator = null;
        // A connection serves one request. Each is judged, and nothing that one client does to a connection, such as a log-in with NTLM, is another's.
        handler.PooledConnectionLifetime = TimeSpan.Zero;
        // One that was made for a client that did not wait.
        handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(1);
        handler.RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1;
        handler.ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1;
    }
}
