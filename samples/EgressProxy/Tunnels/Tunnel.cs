using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace EgressProxy.Tunnels;

/// <summary>
/// Copies bytes both ways between a client and a server. The end of one way is passed on, and the other way goes on; a reset ends both, with a reset. RFC 9110
/// (section 9.3.6) would close both ways with the first; programs that end their requests with an end of the stream would lose the answer.
/// </summary>
/// <param name="received">What the client sends, which Kestrel receives.</param>
/// <param name="client">Sends to the client.</param>
/// <param name="server">Becomes the tunnel's.</param>
/// <param name="idleTimeout">How long nothing may come from either side.</param>
internal sealed class Tunnel(PipeReader received, Socket client, Socket server, TimeSpan idleTimeout) : IDisposable
{
    private const int BufferSize = 64 * 1024;

    private static readonly LingerOption Reset = new(enable: true, seconds: 0);

    private long _lastTransfer = Stopwatch.GetTimestamp();

    public long BytesUp { get; private set; }

    public long BytesDown { get; private set; }

    /// <summary>Copies until both ways have ended, or one is broken. Does not throw for what the two sides do.</summary>
    /// <param name="greeting">What the client gets before the server's bytes.</param>
    public async Task RunAsync(ReadOnlyMemory<byte> greeting)
    {
        await using Timer idle = new(EndIfIdle, null, idleTimeout, idleTimeout / 8);
        await Task.WhenAll(EndTogetherAsync(CopyUpAsync()), EndTogetherAsync(CopyDownAsync(greeting)));
    }

    public void Dispose() => server.Dispose();

    /// <summary>Where one way breaks, so does the other.</summary>
    private async Task EndTogetherAsync(Task way)
    {
        try
        {
            await way;
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            Break();
        }
    }

    /// <summary>Ends both ways with a reset: an ordinary end would tell each side that the other one's data is complete.</summary>
    private void Break()
    {
        Close(server);
        Close(client);
        received.CancelPendingRead();
    }

    private static void Close(Socket socket)
    {
        try
        {
            socket.LingerState = Reset;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed already.
        }

        socket.Dispose();
    }

    private async Task CopyUpAsync()
    {
        for (; ; )
        {
            ReadResult read = await received.ReadAsync();
            if (read.IsCanceled)
            {
                throw new OperationCanceledException();
            }

            foreach (ReadOnlyMemory<byte> part in read.Buffer)
            {
                await SendAsync(server, part);
            }

            BytesUp += read.Buffer.Length;
            received.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                server.Shutdown(SocketShutdown.Send);
                return;
            }
        }
    }

    private async Task CopyDownAsync(ReadOnlyMemory<byte> greeting)
    {
        await SendAsync(client, greeting);
        for (; ; )
        {
            // Waits without a buffer: most tunnels are silent most of the time.
            await server.ReceiveAsync(Memory<byte>.Empty);
            byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
            try
            {
                do
                {
                    int length = await server.ReceiveAsync(buffer);
                    if (length == 0)
                    {
                        client.Shutdown(SocketShutdown.Send);
                        return;
                    }

                    await SendAsync(client, buffer.AsMemory(0, length));
                    BytesDown += length;
                }
                while (server.Available > 0);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private async ValueTask SendAsync(Socket to, ReadOnlyMemory<byte> data)
    {
        Touch();
        while (data.Length > 0)
        {
            data = data[await to.SendAsync(data)..];
            Touch();
        }
    }

    private void Touch() => Volatile.Write(ref _lastTransfer, Stopwatch.GetTimestamp());

    private void EndIfIdle(object? state)
    {
        if (Stopwatch.GetElapsedTime(Volatile.Read(ref _lastTransfer)) >= idleTimeout)
        {
            Break();
        }
    }
}
