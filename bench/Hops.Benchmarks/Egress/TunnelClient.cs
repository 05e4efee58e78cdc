using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hops.Benchmarks.Egress;

/// <summary>A connection to the server, through a proxy or not, which does one kind of work.</summary>
internal sealed class TunnelClient : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _part = new byte[TunnelTarget.PartSize];
    private readonly int _asks;
    private readonly int _answers;

    private TunnelClient(Socket socket, TunnelWork work)
    {
        _socket = socket;
        _asks = work == TunnelWork.Up ? TunnelTarget.PartSize : 1;
        _answers = work == TunnelWork.Down ? TunnelTarget.PartSize : 1;
    }

    /// <param name="proxy">Null to connect directly.</param>
    /// <param name="target">The server.</param>
    /// <param name="work">What it is to do.</param>
    /// <exception cref="InvalidOperationException">The proxy opens no tunnel.</exception>
    public static async Task<TunnelClient> OpenAsync(IPEndPoint? proxy, IPEndPoint target, TunnelWork work)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(true, 0) };
        try
        {
            await socket.ConnectAsync(proxy ?? target).ConfigureAwait(false);
            TunnelClient client = new(socket, work);
            if (proxy is not null)
            {
                await client.AskForTunnelAsync(target).ConfigureAwait(false);
            }

            client._part[0] = (byte)work;
            await socket.SendAsync(client._part.AsMemory(0, 1)).ConfigureAwait(false);
            return client;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Asks, and reads the answer.</summary>
    /// <exception cref="InvalidOperationException">The tunnel broke.</exception>
    public async Task WorkAsync(int times)
    {
        for (int i = 0; i < times; i++)
        {
            await _socket.SendAsync(_part.AsMemory(0, _asks)).ConfigureAwait(false);
            if (!await ReadAsync(_socket, _part.AsMemory(0, _answers)).ConfigureAwait(false))
            {
                throw new InvalidOperationException("A tunnel ended.");
            }
        }
    }

    /// <returns>Whether the buffer was filled before the stream ended.</returns>
    public static async ValueTask<bool> ReadAsync(Socket socket, Memory<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            int count = await socket.ReceiveAsync(buffer).ConfigureAwait(false);
            if (count == 0)
            {
                return false;
            }

            buffer = buffer[count..];
        }

        return true;
    }

    public void Dispose() => _socket.Dispose();

    private async Task AskForTunnelAsync(IPEndPoint target)
    {
        await _socket.SendAsync(Encoding.ASCII.GetBytes($"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n")).ConfigureAwait(false);
        // The server speaks only when it is asked: what arrives is the proxy's answer.
        int length = 0;
        while (!_part.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
        {
            int count = await _socket.ReceiveAsync(_part.AsMemory(length)).ConfigureAwait(false);
            length = count == 0 ? throw new InvalidOperationException("A proxy closed a connection.") : length + count;
        }

        if (!Encoding.ASCII.GetString(_part, 0, length).Contains(" 200 ", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"A proxy answered: {Encoding.ASCII.GetString(_part, 0, length)}");
        }
    }
}
