using System.Diagnostics;
using System.Net.Sockets;

namespace Hops.Benchmarks.Connecting;

/// <summary>Makes connections, one after the other, and times them.</summary>
internal sealed class Connector(LoopbackServer server)
{
    public static readonly int MB = int.Parse(Environment.GetEnvironmentVariable("X_MB") ?? "16");
    public static readonly int BL = int.Parse(Environment.GetEnvironmentVariable("X_BL") ?? "100");
    public static readonly bool LINGER = Environment.GetEnvironmentVariable("X_LINGER") == "1";
    // More than any block allocates, so that no collection falls into it.
    private long RoomForAllocations = MB * 1024L * 1024;

    /// <summary>Times a block of connections. No garbage is collected in it.</summary>
    public Block Run(IConnectVariant variant, ConnectMode mode, int count)
    {
        long ticks = 0, bytes = 0;
        for (int left = count; left > 0; left -= BL)
        {
            int batch = Math.Min(left, BL);
            (long batchTicks, long batchBytes) = mode == ConnectMode.Blocking
                ? Connect(variant, batch)
                : ConnectAsync(variant, batch).GetAwaiter().GetResult();
            ticks += batchTicks;
            bytes += batchBytes;
            server.Drain(batch);
        }

        return new Block(Stopwatch.GetElapsedTime(0, ticks).TotalNanoseconds / count, (double)bytes / count);
    }

    public Block RunWithoutCollection(IConnectVariant variant, ConnectMode mode, int count)
    {
        GC.Collect();
        if (MB > 0) GC.TryStartNoGCRegion(RoomForAllocations);
        int c = GC.CollectionCount(0);
        try { Run(variant, mode, Math.Max(1, count / 10)); return Run(variant, mode, count); }
        finally { 
         if (GC.CollectionCount(0) != c) Console.WriteLine($"GC {c} {GC.CollectionCount(0)}");
         if (MB > 0) GC.EndNoGCRegion(); }
    }

    private (long Ticks, long Bytes) Connect(IConnectVariant variant, int count)
    {
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            if (LINGER) socket.LingerState = L;
            variant.BeforeConnect(socket);
            socket.Connect(server.EndPoint);
            variant.AfterConnect(socket);
        }

        return (Stopwatch.GetTimestamp() - start, GC.GetAllocatedBytesForCurrentThread() - bytes);
    }
    static LingerOption L = new(true, 0);

    private async Task<(long Ticks, long Bytes)> ConnectAsync(IConnectVariant variant, int count)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            if (LINGER) socket.LingerState = L;
            variant.BeforeConnect(socket);
            await socket.ConnectAsync(server.EndPoint, CancellationToken.None).ConfigureAwait(false);
            variant.AfterConnect(socket);
        }

        return (Stopwatch.GetTimestamp() - start, 0);
    }
}
