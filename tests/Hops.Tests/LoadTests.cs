using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Tests;

public sealed class LoadTests
{
    [Fact(Timeout = 300_000)]
    public async Task Ten_thousand_connections_beside_two_thousand_busy_ones_are_all_right()
    {
        Requires.Root();
        const int Threads = 8;
        const int PerThread = 1_250;
        HopMeter meter = HopMeter.Open();
        using LabNetwork lab = LabNetwork.Create(2);
        IPAddress address = lab.ServerAddress(AddressFamily.InterNetwork);
        using LabServer server = LabServer.Start(lab.Server, initialTtl: 200);
        await using Traffic traffic = await Traffic.StartAsync(meter, lab, address, connections: 2_000, TestContext.Current.CancellationToken);

        int[] readings = new int[256];
        long before = traffic.BytesReceived;
        Thread[] threads =
        [
            .. Enumerable.Range(0, Threads).Select(_ => new Thread(() => lab.Client.Run(() =>
            {
                for (int i = 0; i < PerThread; i++)
                {
                    using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                    HopDistance? distance = Connecting.Measure(meter, socket, address, server.Port);
                    Interlocked.Increment(ref readings[distance?.ReceivedTtl ?? 0]);
                }
            }))),
        ];
        Array.ForEach(threads, static t => t.Start());
        Array.ForEach(threads, static t => t.Join());

        TestContext.Current.TestOutputHelper?.WriteLine($"{traffic.BytesReceived - before} bytes came in meanwhile");
        Assert.True(traffic.BytesReceived - before > 1_000_000, "The busy connections were not busy.");
        Assert.Equal(Threads * PerThread, readings[200 - lab.Routers]);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_hundred_thousand_connections_leave_nothing_behind()
    {
        Requires.Root();
        HopMeter meter = HopMeter.Open();
        using LabServer server = LabServer.Start();
        HopDialer dialer = new(meter);
        await ConnectAsync(10_000);
        await SettleAsync();
        long memory = ResidentBytes();
        using (OpenDescriptors.MustNotGrow())
        {
            await ConnectAsync(100_000);
            await SettleAsync();
        }

        long grown = ResidentBytes() - memory;
        TestContext.Current.TestOutputHelper?.WriteLine($"{grown / 1024} KiB more");
        // A descriptor, a handle or a socket for each would be far more.
        Assert.InRange(grown, long.MinValue, 16 * 1024 * 1024);

        async Task ConnectAsync(int count)
        {
            for (int i = 0; i < count; i++)
            {
                using HopConnection connection = await dialer.ConnectAsync("127.0.0.1", server.Port, TestContext.Current.CancellationToken);
                Assert.Equal(0, connection.Distance?.Hops);
                // A reset leaves no port waiting.
                connection.Socket.LingerState = new LingerOption(true, 0);
            }
        }

        static async Task SettleAsync()
        {
            await Task.Delay(500, TestContext.Current.CancellationToken);
            for (int i = 0; i < 3; i++)
            {
                GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                GC.WaitForPendingFinalizers();
            }
        }
    }

    private static long ResidentBytes()
    {
        using Process self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }

    /// <summary>Armed connections to a server of another TTL that receive without pause.</summary>
    private sealed class Traffic : IAsyncDisposable
    {
        private readonly List<Socket> _ours;
        private readonly List<Socket> _theirs;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task[] _running;
        private long _received;

        private Traffic(List<Socket> ours, List<Socket> theirs)
        {
            _ours = ours;
            _theirs = theirs;
            _running = [Task.Run(Send), Task.Run(Receive)];
        }

        public long BytesReceived => Volatile.Read(ref _received);

        public static async Task<Traffic> StartAsync(HopMeter meter, LabNetwork lab, IPAddress address, int connections, CancellationToken cancellationToken)
        {
            using Socket listener = Connecting.NewSocket(lab.Server, AddressFamily.InterNetwork);
            listener.Bind(new IPEndPoint(address, 0));
            listener.Listen(64);
            List<Socket> ours = [];
            List<Socket> theirs = [];
            for (int i = 0; i < connections; i++)
            {
                Socket socket = Connecting.NewSocket(lab.Client, AddressFamily.InterNetwork);
                meter.Arm(socket);
                await socket.ConnectAsync(listener.LocalEndPoint!, cancellationToken);
                Assert.Equal(lab.Routers, meter.Read(socket)?.Hops);
                ours.Add(socket);
                theirs.Add(await listener.AcceptAsync(cancellationToken));
            }

            return new Traffic(ours, theirs);
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Task.WhenAll(_running);
            _ours.ForEach(static s => s.Dispose());
            _theirs.ForEach(static s => s.Dispose());
            _stop.Dispose();
        }

        // Sockets that cannot take or give anything now are passed over.
        private void Send() => Repeat(_theirs, static (socket, buffer) => socket.Send(buffer, SocketFlags.None, out _));

        private void Receive() => Repeat(_ours, (socket, buffer) => Interlocked.Add(ref _received, socket.Receive(buffer, SocketFlags.None, out _)));

        private void Repeat(List<Socket> sockets, Action<Socket, byte[]> step)
        {
            byte[] buffer = new byte[512];
            sockets.ForEach(static s => s.Blocking = false);
            while (!_stop.IsCancellationRequested)
            {
                sockets.ForEach(socket => step(socket, buffer));
            }
        }
    }
}
