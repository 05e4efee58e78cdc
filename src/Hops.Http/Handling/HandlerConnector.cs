using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Hops.Guard;

namespace Hops.Http.Handling;

/// <summary>Connects a <see cref="SocketsHttpHandler"/> as a guard does.</summary>
internal sealed class HandlerConnector(HopGuard guard)
{
    /// <summary>The address of a request whose scheme has been reported: what a redirect makes of it has not.</summary>
    public static readonly HttpRequestOptionsKey<Uri> Reported = new("Hops.Http.Reported");

    /// <summary>The connect callback of <see cref="SocketsHttpHandler"/>.</summary>
    /// <exception cref="HopGuardException">Refused.</exception>
    /// <exception cref="SocketException">No connection.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Stream stream = await ConnectAsync(context, context.InitialRequestMessage, cancellationToken).ConfigureAwait(false);
        try
        {
            // SocketsHttpHandler asks for it, too, where a failure does not become an HttpRequestException: a server may have reset the connection. What was
            // asked once is kept.
            _ = (stream as NetworkStream)?.Socket.RemoteEndPoint;
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // SocketsHttpHandler follows redirects from http to any scheme, behind the handler that judges requests. On a connection that is there, another
        // scheme is only a word.
        if (request.RequestUri is not { } uri || guard.Policy.JudgeScheme(uri) is not { } refusal)
        {
            return guard.ConnectNamedAsync(context.DnsEndPoint, cancellationToken);
        }

        if (!request.Options.TryGetValue(Reported, out Uri? reported) || !ReferenceEquals(reported, uri))
        {
            guard.Refused(refusal, guard.Policy.Mode);
        }

        return guard.Policy.Mode == HopGuardMode.Enforce
            ? ValueTask.FromException<Stream>(refusal)
            : guard.ConnectUnjudgedAsync(context.DnsEndPoint, cancellationToken);
    }
}
