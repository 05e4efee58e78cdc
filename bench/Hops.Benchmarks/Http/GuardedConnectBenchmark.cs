using System.Diagnostics;
using System.Net.Sockets;
using Hops.Benchmarks.Connecting;
using Hops.Guard;
using Hops.Lab;

namespace Hops.Benchmarks.Http;

/// <summary>
/// Compares a connection by a guard with one by a plain socket; both return a connected stream, which is closed. The server is on loopback, where a connection
/// is as cheap as it can be, or five routers away. A connection of unknown distance is refused, which fails the benchmark.
/// </summary>
internal sealed class GuardedConnectBenchmark : IDisposable
{
    private const int Routers = 5;
    // With the bare system calls an asynchronous connect over loopback takes 1.05 times as long, with the measurement 1.06 times (the benchmark 'connect').
    private const double LoopbackRatio = 1.25;
    private const double FarRatio = 1.2;
    private const double AllocationRatio = 1.05;
    private const int Turn = 50;
    private const int TurnsInBlock = 8;

    private readonly IdleServer _near = new(AddressFamily.InterNetwork);
    private readonly LabNetwork _lab = LabNetwork.Create(Routers);
    private readonly IdleServer _far;

    public GuardedConnectBenchmark() =>
        _far = _lab.Server.Run(() => new IdleServer(AddressFamily.InterNetwork, _lab.ServerAddress(AddressFamily.InterNetwork)));

    public Report Run(string name, int rounds)
    {
        // Only one thread has work at a time: on one processor none waits for another one to wake up.
        Processors.PinToCurrent();
        IReadOnlyList<Measurement> loopback = SubjectGroup.Measure([Group("loopback", _near, false, "127.0.0.0/8", LoopbackRatio)], rounds);
        // All of it happens on one thread, whose sockets are the client's.
        IReadOnlyList<Measurement> far = _lab.Client.Run(
            () => SubjectGroup.Measure([Group($"{Routers} routers", _far, true, "198.18.0.0/15", FarRatio)], rounds));
        return new Report(name, "Connections by a guard", "to", "connection", [.. loopback, .. far]);
    }

    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
        _lab.Dispose();
    }

    private static SubjectGroup Group(string name, IdleServer server, bool isOnThisThread, string network, double ratio)
    {
        string host = $"{server.EndPoint.Address}";
        HopGuard guard = new(new HopGuardOptions
        {
            MinimumHops = 1,
            AllowedSpecialPurposeNetworks = { network },
            AllowedNearNetworks = { "127.0.0.0/8" },
        });
        return new(
            name, Turn * TurnsInBlock, Turn, isCompared: true,
            new("plain", times => Connect(server, isOnThisThread, times, port => PlainAsync(host, port))),
            new(
                "guarded", times => Connect(server, isOnThisThread, times, port => guard.ConnectAsync(host, port)),
                Limit.Ratio(ratio), Limit.AllocationRatio(AllocationRatio)));
    }

    /// <summary>The same without a guard: the host is given as text, and the connect has a time limit.</summary>
    private static async ValueTask<NetworkStream> PlainAsync(string host, int port)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(15));
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(host, port, limit.Token).ConfigureAwait(false);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <param name="server">Is connected to.</param>
    /// <param name="isOnThisThread">
    /// Whether each connection begins on this thread, whose network namespace its socket then gets; otherwise they are made one after the other.
    /// </param>
    /// <param name="times">How many.</param>
    /// <param name="connect">Makes one.</param>
    private static Block Connect(IdleServer server, bool isOnThisThread, int times, Func<int, ValueTask<NetworkStream>> connect)
    {
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long start = Stopwatch.GetTimestamp();
        if (isOnThisThread)
        {
            for (int i = 0; i < times; i++)
            {
                connect(server.EndPoint.Port).AsTask().GetAwaiter().GetResult().Dispose();
            }
        }
        else
        {
            ConnectAsync(server.EndPoint.Port, times, connect).GetAwaiter().GetResult();
        }

        long ticks = Stopwatch.GetTimestamp() - start;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        server.Drain(times);
        return new Block(times, ticks, allocated);
    }

    private static async Task ConnectAsync(int port, int times, Func<int, ValueTask<NetworkStream>> connect)
    {
        for (int i = 0; i < times; i++)
        {
            await using NetworkStream stream = await connect(port).ConfigureAwait(false);
        }
    }
}
