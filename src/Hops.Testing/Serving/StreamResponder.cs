using System.IO.Pipelines;
using System.Net;
using System.Net.Security;

namespace Hops.Testing.Serving;

/// <summary>A server in memory: a delegate that has the other end of the connection, behind TLS if the client begins with it.</summary>
internal sealed class StreamResponder(Func<Stream, CancellationToken, Task> serve) : IResponder
{
    // A record that holds a handshake: RFC 8446, section 5.1. No protocol of text begins with it.
    private const byte TlsHandshake = 22;

    public ValueTask<Stream> OpenAsync(IConnectionObserver connection, CancellationToken cancellationToken)
    {
        Pipe toServer = new();
        Pipe toClient = new();
#pragma warning disable CA2000 // It holds nothing, and either end may be the last to use it.
        CancellationTokenSource closed = new();
#pragma warning restore CA2000
        _ = Task.Run(() => ServeAsync(connection.Address, toServer.Reader, toClient.Writer, closed.Token), CancellationToken.None);
        return new(new DuplexStream(toClient.Reader.AsStream(), toServer.Writer.AsStream(), connection.Sent, () =>
        {
            connection.Closed();
            closed.Cancel();
        }));
    }

    private async Task ServeAsync(IPAddress address, PipeReader reader, PipeWriter writer, CancellationToken closed)
    {
        Exception? failure = null;
        try
        {
            ReadResult first = await reader.ReadAsync(closed).ConfigureAwait(false);
            bool isTls = !first.Buffer.IsEmpty && first.Buffer.FirstSpan[0] == TlsHandshake;
            reader.AdvanceTo(first.Buffer.Start);
#pragma warning disable CA2000 // Both ends of it are completed below.
            DuplexStream stream = new(reader.AsStream(leaveOpen: true), writer.AsStream(leaveOpen: true));
#pragma warning restore CA2000
            await (isTls ? ServeTlsAsync(address, stream, closed) : serve(stream, closed)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (closed.IsCancellationRequested)
        {
            // The client is gone.
        }
#pragma warning disable CA1031 // Whatever it is, it is the client that waits for an answer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e;
        }

        await reader.CompleteAsync().ConfigureAwait(false);
        await writer.CompleteAsync(failure).ConfigureAwait(false);
    }

    private async Task ServeTlsAsync(IPAddress address, Stream stream, CancellationToken closed)
    {
        SslStream tls = new(stream, leaveInnerStreamOpen: true);
        await using (tls.ConfigureAwait(false))
        {
            await tls.AuthenticateAsServerAsync(
                (_, hello, _, _) => new(new SslServerAuthenticationOptions
                {
                    ServerCertificate = FakeCertificates.Of(hello.ServerName.Length > 0 ? hello.ServerName : address.ToString()),
                    ApplicationProtocols = [SslApplicationProtocol.Http11],
                }),
                state: null,
                closed).ConfigureAwait(false);
            await serve(tls, closed).ConfigureAwait(false);
        }
    }
}
