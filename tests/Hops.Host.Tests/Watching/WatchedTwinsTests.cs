using System.Net;
using System.Net.Sockets;
using Hops.Host.Watching;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Host.Tests.Watching;

/// <summary>
/// Connections that differ in nothing but the upper part of the address they come from: the same source port, to the same listener, at the same time. Code that
/// uses 32 bits of an address would mix them up.
/// </summary>
[Collection(nameof(HostWatchTests))]
public sealed class WatchedTwinsTests
{
    private const int FirstPort = 10_000;
    private const int Ipv6Level = 41;
    private const int UnicastHops = 16;

    // 198.18.0.1, which the client has, is c612:1.
    private static readonly (IPAddress Address, int Ttl)[] Twins =
    [
        (IPAddress.Parse("198.18.0.1"), 50), (IPAddress.Parse("2001:db8:a::c612:1"), 90), (IPAddress.Parse("2001:db8:b::c612:1"), 130),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(KernelSide.Header)]
    [InlineData(KernelSide.Packets)]
    public Task Addresses_with_the_same_last_32_bits_are_not_mixed_up(KernelSide side) => JudgeAsync(side, ports: 300);

    [Theory]
    [InlineData(KernelSide.Header)]
    [InlineData(KernelSide.Packets)]
    [Trait("Length", "Long")]
    public Task Of_many_addresses_with_the_same_last_32_bits_none_are_mixed_up(KernelSide side) => JudgeAsync(side, ports: 30_000);

    private static async Task JudgeAsync(KernelSide side, int ports)
    {
        Requires.Root();
        using LabNetwork network = LabNetwork.Create(0);
        network.Client.Ip(Twins[1..].Select(static twin => $"address add {twin.Address}/128 dev toserver nodad"));
        network.Server.Ip(Twins[1..].Select(static twin => $"route add {twin.Address} via 2001:db8::1"));
        using Socket listener = network.Server.Run(static () => new Socket(SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        listener.Listen(64);
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        using HostWatch watch = HostWatch.Start(new() { Side = side, RingCapacity = 64 << 20 });
        Task<List<WatchedConnection>> reading = ToldConnections.ReadAsync(
            watch, one => (IsOutgoing(one) ? one.RemoteEndPoint : one.LocalEndPoint).Port == port);
        using Barrier together = new(Twins.Length);
        try
        {
            Task[] accepting = [.. Twins.Select(_ => Start(() => Accept(listener, ports)))];
            await Task.WhenAll(
                Twins.Select(twin => Start(() => network.Client.Run(() => Connect(network, twin.Address, twin.Ttl, port, ports, together)))));
            await Task.WhenAll(accepting);
        }
        finally
        {
            watch.Stop();
        }

        List<WatchedConnection> told = await reading;
        Assert.Equal(0, watch.Lost);
        Assert.Equal(
            from twin in Twins
            from source in Enumerable.Range(FirstPort, ports)
            from direction in (ConnectionDirection[])[ConnectionDirection.Outgoing, ConnectionDirection.Incoming]
            let client = $"{new IPEndPoint(twin.Address, source)}"
            orderby direction, client
            select (direction, client, (int?)(direction == ConnectionDirection.Outgoing ? 64 : twin.Ttl)),
            told.Select(static one => (
                    Direction: one.Direction!.Value, Client: $"{(IsOutgoing(one) ? one.LocalEndPoint : one.RemoteEndPoint)}", one.Distance?.ReceivedTtl))
                .OrderBy(static one => one.Direction).ThenBy(static one => one.Client));

        static bool IsOutgoing(WatchedConnection one) => one.Direction == ConnectionDirection.Outgoing;

        static Task Start(Action code) => Task.Factory.StartNew(code, Cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static void Accept(Socket listener, int count)
    {
        for (int i = 0; i < count; i++)
        {
            using Socket socket = listener.Accept();
            socket.LingerState = new(true, 0);
        }
    }

    private static void Connect(LabNetwork network, IPAddress from, int ttl, int port, int count, Barrier together)
    {
        try
        {
            for (int i = 0; i < count; i++)
            {
                using Socket socket = new(from.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                if (from.AddressFamily == AddressFamily.InterNetwork)
                {
                    socket.Ttl = (short)ttl;
                }
                else
                {
                    socket.SetRawSocketOption(Ipv6Level, UnicastHops, BitConverter.GetBytes(ttl));
                }

                socket.LingerState = new(true, 0);
                socket.Bind(new IPEndPoint(from, FirstPort + i));
                together.SignalAndWait(Cancel);
                try
                {
                    socket.Connect(network.ServerAddress(from.AddressFamily), port);
                    socket.Receive(new byte[1]);
                }
                catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
                {
                    // The other end has gone, perhaps before connect(2) saw that the connection was established.
                }
            }
        }
        finally
        {
            // One that fails does not leave the others waiting.
            together.RemoveParticipant();
        }
    }
}
