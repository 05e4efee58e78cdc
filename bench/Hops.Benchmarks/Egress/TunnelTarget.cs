using System.Net;
using System.Net.Sockets;

namespace Hops.Benchmarks.Egress;

/// <summary>The server at the end of the tunnels, on loopback. The first byte of a connection selects its work (<see cref="TunnelWork"/>).</summary>
internal sealed class TunnelTarget : IDisposable
{
    public const int PartSize = 64 * 1024;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Task _accepting;

    public TunnelTarget()
    {
        // A reset ends TIME_WAIT at the other end, where ports would run out. Accepted sockets inherit this.
        _listener.LingerState = new LingerOption(enable: true, seconds: 0);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1024);
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    public void Dispose()
    {
        _listener.Dispose();
        _accepting.GetAwaiter().GetResult();
    }

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

    private static async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                socket.NoDelay = true;
                byte[] part = new byte[PartSize];
                if (await socket.ReceiveAsync(part.AsMemory(0, 1)).ConfigureAwait(false) == 0)
                {
                    return;
                }

                TunnelWork work = (TunnelWork)part[0];
                int asked = work == TunnelWork.Up ? PartSize : 1;
                int answered = work == TunnelWork.Down ? PartSize : 1;
                while (await TunnelClient.ReadAsync(socket, part.AsMemory(0, asked)).ConfigureAwait(false))
                {
                    await socket.SendAsync(part.AsMemory(0, answered)).ConfigureAwait(false);
                }
            }
            catch (SocketException)
            {
                // The client is done.
            }
        }
    }
}
