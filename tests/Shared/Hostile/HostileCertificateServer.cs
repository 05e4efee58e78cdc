using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Hops.TestSupport.Hostile;

/// <summary>A server that shows a hostile certificate, and answers each request that comes in spite of it with the same answer.</summary>
internal sealed class HostileCertificateServer : IDisposable
{
    public const string Greeting = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    private readonly Socket _listener;
    private readonly SslServerAuthenticationOptions _options;
    private readonly byte[] _answer;
    private volatile string? _clientCertificate;
    private int _requests;

    /// <param name="listener">Listening already, wherever that is. Owned.</param>
    /// <param name="certificate">What it shows.</param>
    /// <param name="answer">What it answers.</param>
    /// <param name="asksForCertificate">Whether it asks clients for theirs, and takes any.</param>
    public HostileCertificateServer(Socket listener, HostileCertificate certificate, string answer = Greeting, bool asksForCertificate = false)
    {
        _listener = listener;
        _answer = Encoding.ASCII.GetBytes(answer);
        // Offline: it is the client that is watched.
        _options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate.Leaf, certificate.Sent, offline: true),
            ClientCertificateRequired = asksForCertificate,
            CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
            RemoteCertificateValidationCallback = (_, shown, _, _) =>
            {
                _clientCertificate = shown?.Subject;
                return shown is not null || !asksForCertificate;
            },
        };
        _ = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>The requests that it got.</summary>
    public int Requests => _requests;

    /// <summary>The subject of the last certificate that a client showed.</summary>
    public string? ClientCertificate => _clientCertificate;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            for (; ; )
            {
                _ = ServeAsync(await _listener.AcceptAsync().ConfigureAwait(false));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        try
        {
            using SslStream stream = new(new NetworkStream(connection, ownsSocket: true));
            await stream.AuthenticateAsServerAsync(_options).ConfigureAwait(false);
            using StreamReader reader = new(stream, Encoding.ASCII);
            while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
            {
                if (line.Length == 0)
                {
                    Interlocked.Increment(ref _requests);
                    await stream.WriteAsync(_answer).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is IOException or AuthenticationException or SocketException or ObjectDisposedException)
        {
            // The client does not like the certificate, or has gone.
        }
    }
}
