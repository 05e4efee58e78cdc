using System.Net;
using System.Net.Sockets;

namespace Hops.Testing.Serving;

/// <summary>Connects an in-memory connection to a socket: one end of a loopback connection whose other end is copied from and to the in-memory one.</summary>
internal static class LoopbackBridge
{
    public static async ValueTask<NetworkStream> OverAsync(Stream stream)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await client.ConnectAsync(listener.LocalEndPoint!).ConfigureAwait(false);
            Socket inner = await listener.AcceptAsync().ConfigureAwait(false);
            inner.NoDelay = true;
            _ = CopyAsync(new NetworkStream(inner, ownsSocket: true), stream);
            return new NetworkStream(client, ownsSocket: true);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private static async Task CopyAsync(NetworkStream socket, Stream stream)
    {
        await using (socket.ConfigureAwait(false))
        {
            await using (stream.ConfigureAwait(false))
            {
                try
                {
                    Task there = socket.CopyToAsync(stream);
                    Task back = stream.CopyToAsync(socket);
                    // When either end is closed the connection is over.
                    await (await Task.WhenAny(there, back).ConfigureAwait(false)).ConfigureAwait(false);
                }
#pragma warning disable CA1031 // The end of the connection is all that its client sees of it.
                catch (Exception)
#pragma warning restore CA1031
                {
                }
            }
        }
    }
}
