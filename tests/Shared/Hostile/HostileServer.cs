using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Hops.TestSupport.Hostile;

/// <summary>
/// Serves hostile answers, over plain TCP or TLS. A request of HTTP/1.1 chooses its answer by the path: <c>/known/12</c> of the table, <c>/made/4711</c> from a
/// seed, anything else a harmless page. A connection that begins HTTP/2 gets <see cref="Http2Answer"/>. No connection lasts or sends for ever.
/// </summary>
internal sealed class HostileServer : IDisposable
{
    private const int LongestRequest = 64 * 1024;
    private const long MostBytes = 64 * 1024 * 1024;

    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(60);
    private static readonly byte[] Http2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    private readonly Socket _listener;
    private readonly X509Certificate2? _certificate;
    private readonly CancellationTokenSource _disposed = new();
    private readonly Task _accepting;

    /// <param name="listener">Bound; where it was made decides in which network it is. Becomes the server's.</param>
    /// <param name="certificate">For TLS, which offers HTTP/1.1 and HTTP/2; null for none. Stays the caller's.</param>
    public HostileServer(Socket listener, X509Certificate2? certificate = null)
    {
        _listener = listener;
        _certificate = certificate;
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>The answer to connections of HTTP/2.</summary>
    public HostileAnswer Http2Answer { get; set; } = HostileFrames.Known[0];

    /// <summary>On loopback, on a port of its own.</summary>
    public static HostileServer OnLoopback(X509Certificate2? certificate = null)
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return new HostileServer(listener, certificate);
    }

    public void Dispose()
    {
        _disposed.Cancel();
        _listener.Dispose();
        _accepting.GetAwaiter().GetResult();
    }

    private async Task AcceptAsync()
    {
        try
        {
            for (; ; )
            {
                _ = ServeAsync(await _listener.AcceptAsync(_disposed.Token).ConfigureAwait(false));
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(_disposed.Token);
        end.CancelAfter(MostTime);
        connection.NoDelay = true;
        using NetworkStream plain = new(connection, ownsSocket: true);
        try
        {
            if (_certificate is null)
            {
                await AnswerAsync(connection, plain, end.Token).ConfigureAwait(false);
                return;
            }

            using SslStream tls = new(plain);
            SslServerAuthenticationOptions options = new()
            {
                ServerCertificate = _certificate,
                ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            };
            await tls.AuthenticateAsServerAsync(options, end.Token).ConfigureAwait(false);
            await AnswerAsync(connection, tls, end.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or AuthenticationException)
        {
            // The client is gone, or has had enough time.
        }
    }

    private async Task AnswerAsync(Socket connection, Stream stream, CancellationToken end)
    {
        HostileAnswer answer = AnswerTo(await ReadRequestAsync(stream, end).ConfigureAwait(false));
        if (answer.Pause == TimeSpan.Zero)
        {
            await stream.WriteAsync(answer.Start, end).ConfigureAwait(false);
        }

        for (int i = 0; answer.Pause > TimeSpan.Zero && i < answer.Start.Length; i++)
        {
            await Task.Delay(answer.Pause, end).ConfigureAwait(false);
            await stream.WriteAsync(answer.Start.Slice(i, 1), end).ConfigureAwait(false);
        }

        for (long sent = 0; !answer.Repeated.IsEmpty && sent < MostBytes; sent += answer.Repeated.Length)
        {
            await stream.WriteAsync(answer.Repeated, end).ConfigureAwait(false);
        }

        switch (answer.End)
        {
            case HostileEnd.Reset:
                connection.LingerState = new LingerOption(enable: true, seconds: 0);
                connection.Dispose();
                break;
            case HostileEnd.Silence:
                await stream.CopyToAsync(Stream.Null, end).ConfigureAwait(false);
                break;
            default:
                // An end that is no reset, although there may be something unread.
                connection.Shutdown(SocketShutdown.Send);
                await stream.CopyToAsync(Stream.Null, end).ConfigureAwait(false);
                break;
        }
    }

    /// <returns>The head of the request; of HTTP/2 its preface.</returns>
    private static async Task<byte[]> ReadRequestAsync(Stream stream, CancellationToken end)
    {
        byte[] buffer = new byte[LongestRequest];
        int length = 0;
        while (length < buffer.Length)
        {
            int read = await stream.ReadAsync(buffer.AsMemory(length), end).ConfigureAwait(false);
            length += read;
            ReadOnlySpan<byte> received = buffer.AsSpan(0, length);
            if (read == 0 || (received.StartsWith("PRI "u8) ? received.StartsWith(Http2Preface) : received.IndexOf("\r\n\r\n"u8) >= 0))
            {
                break;
            }
        }

        return buffer[..length];
    }

    private HostileAnswer AnswerTo(byte[] request)
    {
        if (request.AsSpan().StartsWith(Http2Preface))
        {
            return Http2Answer;
        }

        string[] path = Encoding.Latin1.GetString(request).Split(' ') is [_, string target, ..] ? target.Split('/') : [];
        return path switch
        {
            ["", "known", string index] when uint.TryParse(index, CultureInfo.InvariantCulture, out uint i) && i < HostileAnswers.Known.Count =>
                HostileAnswers.Known[(int)i],
            ["", "made", string seed] when int.TryParse(seed, CultureInfo.InvariantCulture, out int s) => HostileAnswers.Make(s),
            _ => HostileAnswers.Harmless,
        };
    }
}
