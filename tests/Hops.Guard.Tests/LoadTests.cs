using System.Net;
using System.Net.Sockets;
using Hops.TestSupport;

namespace Hops.Guard.Tests;

/// <summary>Ten thousand connections at once through one guard, half of them refused: what a service has in its worst minute.</summary>
[Trait("Length", "Long")]
public sealed class LoadTests
{
    private const int Connections = 10_000;
    private const int Waves = 4;

    private static readonly LingerOption Reset = new(enable: true, seconds: 0);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Descriptors_and_memory_stay_flat()
    {
        Requires.Root();
        using Socket server = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        server.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        server.Listen(Connections);
        int port = ((IPEndPoint)server.LocalEndPoint!).Port;
        Served served = new();
        Task serving = ServeAsync(server, served);

        // The server is on this host: by IPv4 it may be near, by IPv6 it may not.
        HopGuard guard = new(new HopGuardOptions
        {
            MinimumHops = 1,
            AllowedSpecialPurposeNetworks = { "127.0.0.0/8", "::1/128" },
            AllowedNearNetworks = { "127.0.0.0/8" },
            ConnectTimeout = TimeSpan.FromMinutes(2),
        });
        List<(int Descriptors, long Memory)> after = [];
        for (int wave = 0; wave < Waves; wave++)
        {
            Socket?[] sockets = await Task.WhenAll(Enumerable.Range(0, Connections).Select(i => Task.Run(() => ConnectAsync(guard, i % 2 == 0, port), Stop)));
            Assert.Equal(Connections / 2, sockets.Count(static socket => socket is not null));
            foreach (Socket socket in sockets.OfType<Socket>())
            {
                // Closed with a reset, because there are not enough ports for all waves if each waits for a minute.
                socket.LingerState = Reset;
                socket.Dispose();
            }

            sockets = [];
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref served.Open) == 0, TimeSpan.FromSeconds(60)), $"{served.Open} connections did not end");
            after.Add((Directory.GetFiles("/proc/self/fd").Length, GC.GetTotalMemory(forceFullCollection: true)));
        }

        Assert.Equal(0, served.Bytes);
        // The first wave makes what stays: threads, pools, buffers of .NET's own.
        (int descriptors, long memory) = after[1];
        Assert.InRange(after[^1].Descriptors, 1, descriptors + 20);
        Assert.InRange(after[^1].Memory, 1, memory + 2_000_000);
        TestContext.Current.SendDiagnosticMessage(string.Join(", ", after.Select(static each => $"{each.Descriptors} descriptors and {each.Memory} bytes")));

        server.Dispose();
        await serving;
    }

    private static async Task<Socket?> ConnectAsync(HopGuard guard, bool mayBeNear, int port)
    {
        try
        {
            return await guard.ConnectSocketAsync(mayBeNear ? "127.0.0.1" : "::1", port, Stop);
        }
        catch (HopGuardException e)
        {
            Assert.Equal((HopGuardReason.Near, false), (e.Reason, mayBeNear));
            return null;
        }
    }

    private static async Task ServeAsync(Socket server, Served served)
    {
        while (true)
        {
            try
            {
                Socket socket = await server.AcceptAsync(CancellationToken.None);
                Interlocked.Increment(ref served.Open);
                _ = ReadAsync(socket, served);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
            {
                // Reset before it was accepted.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static async Task ReadAsync(Socket socket, Served served)
    {
        using (socket)
        {
            try
            {
                while (await socket.ReceiveAsync(new byte[16]) is > 0 and var read)
                {
                    Interlocked.Add(ref served.Bytes, read);
                }
            }
            catch (SocketException)
            {
                // Reset, as it should be.
            }

            Interlocked.Decrement(ref served.Open);
        }
    }

    /// <summary>What the server saw.</summary>
    private sealed class Served
    {
        public int Open;
        public int Bytes;
    }
}
