using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace EgressProxy.Tunnels;

/// <summary>
/// Copies bytes in both directions between a client and a server. The end of one direction is passed on, and the other continues; a reset ends both, with a
/// reset. By RFC 9110 (section 9.3.6) the first end would close both, and programs that end their request with the end of the stream would lose the answer.
/// </summary>
/// <param name="received">The client's bytes, as Kestrel receives them.</param>
/// <param name="client">The socket that sends to the client.</param>
/// <param name="server">The connection to the server, which the tunnel disposes.</param>
/// <param name="idleTimeout">How long neither side may send anything.</param>
internal sealed class Tunnel(PipeReader received, Socket client, Socket server, TimeSpan idleTimeout) : IDisposable
{
    private const int BufferSize = 64 * 1024;

    private static readonly LingerOption Reset = new(enable: true, seconds: 0);

    private long _lastTransfer = Stopwatch.GetTimestamp();

    public long BytesUp { get; private set; }

    public long BytesDown { get; private set; }

    /// <summary>Copies until both directions have ended, or one is broken. Does not throw if a side resets the connection or is silent.</summary>
    /// <param name="greeting">The bytes that the client gets before the server's.</param>
    public async Task RunAsync(ReadOnlyMemory<byte> greeting)
    {
        await using Timer idle = new(EndIfIdle, null, idleTimeout, idleTimeout / 8);
        await Task.WhenAll(EndTogetherAsync(CopyUpAsync()), EndTogetherAsync(CopyDownAsync(greeting)));
    }

    public void Dispose() => server.Dispose();

    /// <summary>Runs one direction. If it breaks, the other one is ended, too.</summary>
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

    /// <summary>Resets both connections. An ordinary close would tell each side that the data of the other one is complete.</summary>
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
            // The socket is closed already.
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
