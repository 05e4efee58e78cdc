using System.Diagnostics;
using System.Net.Sockets;

namespace Hops.Benchmarks.Connecting;

/// <summary>Makes connections, one after the other, and times them.</summary>
internal sealed class Connector(IdleServer server)
{
    /// <summary>Makes any number of connections. The time in which the server closes them does not count.</summary>
    /// <exception cref="InvalidOperationException">A distance was missing or wrong.</exception>
    public Block Run(IConnectVariant variant, ConnectMode mode, int connections)
    {
        Block block = new(0, 0, 0);
        while (block.Operations < connections)
        {
            int count = (int)Math.Min(connections - block.Operations, IdleServer.Backlog);
            block += mode == ConnectMode.Blocking ? Connect(variant, count) : ConnectAsync(variant, count).GetAwaiter().GetResult();
            server.Drain(count);
        }

        return block;
    }

    private Block Connect(IConnectVariant variant, int count)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            using Socket socket = new(server.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            variant.BeforeConnect(socket);
            socket.Connect(server.EndPoint);
            variant.AfterConnect(socket);
        }

        long ticks = Stopwatch.GetTimestamp() - start;
        return new Block(count, ticks, GC.GetAllocatedBytesForCurrentThread() - allocated);
    }

    private async Task<Block> ConnectAsync(IConnectVariant variant, int count)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            using Socket socket = new(server.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            variant.BeforeConnect(socket);
            await socket.ConnectAsync(server.EndPoint, CancellationToken.None).ConfigureAwait(false);
            variant.AfterConnect(socket);
        }

        return new Block(count, Stopwatch.GetTimestamp() - start, null);
    }
}
