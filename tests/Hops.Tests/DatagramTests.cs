using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hops.Common.Interop;
using Hops.Datagrams;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Tests;

public sealed class DatagramTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task The_distance_is_the_number_of_routers(int routers)
    {
        Requires.Root();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using LabNetwork lab = LabNetwork.Create(routers);
        foreach ((AddressFamily family, AddressFamily way) in ((AddressFamily, AddressFamily)[])
        [
            (AddressFamily.InterNetwork, AddressFamily.InterNetwork),
            (AddressFamily.InterNetworkV6, AddressFamily.InterNetworkV6),
            // A dual-mode socket, whose client comes over IPv4.
            (AddressFamily.InterNetworkV6, AddressFamily.InterNetwork),
        ])
        {
            using Socket server = Bound(lab.Server, family);
            server.ReportHops();
            using Socket client = Bound(lab.Client, way);
            IPEndPoint target = new(lab.ServerAddress(way), Port(server));
            SocketAddress sender = new(family);
            byte[] buffer = new byte[100];

            client.SendTo([1, 2, 3], target);
            Datagram blocking = server.ReceiveDatagram(buffer, sender);
            Assert.Equal((3, false, routers), (blocking.Length, blocking.IsTruncated, blocking.Distance?.Hops));
            Assert.Equal([1, 2, 3], buffer[..3]);
            Assert.Equal(Port(client), EndPoint(sender).Port);
            Assert.Equal(way != family, EndPoint(sender).Address.IsIPv4MappedToIPv6);

            ValueTask<Datagram> waiting = server.ReceiveDatagramAsync(buffer, sender, Stop);
            Assert.False(waiting.IsCompleted);
            client.SendTo([4], target);
            Assert.Equal((1, routers), await waiting is var late ? (late.Length, late.Distance?.Hops) : default);

            // .NET has made the socket non-blocking underneath.
            client.SendTo([5], target);
            Assert.Equal((1, routers), server.ReceiveDatagram(buffer) is var again ? (again.Length, again.Distance?.Hops) : default);
            Task<Datagram> blocked = Task.Run(() => server.ReceiveDatagram(buffer), Stop);
            await Task.Delay(50, Stop);
            Assert.False(blocked.IsCompleted);
            client.SendTo([6], target);
            Assert.Equal(routers, (await blocked).Distance?.Hops);
        }
    }

    [Fact]
    public void Every_TTL_is_told_exactly()
    {
        Requires.Linux();
        foreach ((IPAddress address, int level, int option) in ((IPAddress, int, int)[])[(IPAddress.Loopback, 0, 2), (IPAddress.IPv6Loopback, 41, 16)])
        {
            using Socket server = Bound(null, address.AddressFamily);
            server.ReportHops();
            using Socket client = Bound(null, address.AddressFamily);
            for (int ttl = 1; ttl <= 255; ttl++)
            {
                client.SetRawSocketOption(level, option, BitConverter.GetBytes(ttl));
                client.SendTo([1], new IPEndPoint(address, Port(server)));
                Assert.Equal(ttl, server.ReceiveDatagram(new byte[1]).Distance?.ReceivedTtl);
            }
        }
    }

    [Fact]
    public void What_the_kernel_did_not_tell_is_unknown()
    {
        Requires.Linux();
        using Socket server = Bound(null, AddressFamily.InterNetwork);
        using Socket client = Bound(null, AddressFamily.InterNetwork);
        client.SendTo([1], LoopbackOf(server));
        Assert.Equal(new Datagram(1, false, null), server.ReceiveDatagram(new byte[1]));

        // The room for control messages ends before the TTL, within it, and behind it.
        server.ReportHops();
        foreach (int room in (int[])[0, 8, 16, 18, 19, 20, 24])
        {
            client.SendTo([1], LoopbackOf(server));
            Assert.True(Reception.TryReceive(server, new byte[1], null, new byte[room], 0, out Datagram datagram));
            Assert.Equal(room >= 20 ? 0 : null, datagram.Distance?.Hops);
        }
    }

    [Fact]
    public void A_long_datagram_is_cut_and_an_empty_one_is_empty()
    {
        Requires.Linux();
        using Socket server = Bound(null, AddressFamily.InterNetwork);
        server.ReportHops();
        using Socket client = Bound(null, AddressFamily.InterNetwork);
        byte[] buffer = new byte[10];
        client.SendTo(new byte[11], LoopbackOf(server));
        Assert.Equal(new Datagram(10, true, HopDistance.FromReceivedTtl(64)), server.ReceiveDatagram(buffer));
        client.SendTo(new byte[10], LoopbackOf(server));
        Assert.Equal(new Datagram(10, false, HopDistance.FromReceivedTtl(64)), server.ReceiveDatagram(buffer));
        client.SendTo([], LoopbackOf(server));
        Assert.Equal(new Datagram(0, false, HopDistance.FromReceivedTtl(64)), server.ReceiveDatagram(buffer));
        client.SendTo([7], LoopbackOf(server));
        Assert.Equal(new Datagram(0, true, HopDistance.FromReceivedTtl(64)), server.ReceiveDatagram([]));
    }

    [Fact]
    public async Task Nobody_there_is_a_refusal()
    {
        Requires.Linux();
        foreach (IPAddress address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
        {
            using Socket client = Bound(null, address.AddressFamily);
            client.ReportHops();
            await client.ConnectAsync(new IPEndPoint(address, 1), Stop);
            await client.SendAsync(new byte[] { 1 }, Stop);
            Assert.Equal(SocketError.ConnectionRefused, Assert.Throws<SocketException>(() => client.ReceiveDatagram(new byte[1])).SocketErrorCode);
            await client.SendAsync(new byte[] { 1 }, Stop);
            SocketException refused = await Assert.ThrowsAsync<SocketException>(async () => await client.ReceiveDatagramAsync(new byte[1], null, Stop));
            Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        }
    }

    [Fact]
    public async Task Silence_ends_as_the_socket_wants_it()
    {
        Requires.Linux();
        using Socket server = Bound(null, AddressFamily.InterNetwork);
        server.ReportHops();
        server.Blocking = false;
        Assert.Equal(SocketError.WouldBlock, Assert.Throws<SocketException>(() => server.ReceiveDatagram(new byte[1])).SocketErrorCode);

        using CancellationTokenSource giveUp = new();
        ValueTask<Datagram> given = server.ReceiveDatagramAsync(new byte[1], null, giveUp.Token);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await given);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await server.ReceiveDatagramAsync(new byte[1], null, giveUp.Token));

        server.Blocking = true;
        server.ReceiveTimeout = 100;
        Stopwatch watch = Stopwatch.StartNew();
        Assert.Equal(SocketError.TimedOut, Assert.Throws<SocketException>(() => server.ReceiveDatagram(new byte[1])).SocketErrorCode);
        Assert.InRange(watch.ElapsedMilliseconds, 90, 5000);

        // No datagram was lost by cancelling.
        using Socket client = Bound(null, AddressFamily.InterNetwork);
        client.SendTo([9], LoopbackOf(server));
        Assert.Equal(new Datagram(1, false, HopDistance.FromReceivedTtl(64)), server.ReceiveDatagram(new byte[1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disposing_the_socket_ends_a_receive(bool asynchronous)
    {
        Requires.Linux();
        Socket server = Bound(null, AddressFamily.InterNetwork);
        server.ReportHops();
        Task<Datagram> waiting = asynchronous
            ? server.ReceiveDatagramAsync(new byte[1], null, Stop).AsTask()
            : Task.Run(() => server.ReceiveDatagram(new byte[1]), Stop);
        await Task.Delay(100, Stop);
        Assert.False(waiting.IsCompleted);
        server.Dispose();
        Exception end = await Assert.ThrowsAnyAsync<Exception>(() => waiting.WaitAsync(TimeSpan.FromSeconds(10), Stop));
        Assert.True(end is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted }, $"{end}");
    }

    [Fact]
    public void Receiving_allocates_nothing()
    {
        Requires.Linux();
        using Socket server = Bound(null, AddressFamily.InterNetworkV6);
        server.ReportHops();
        using Socket client = Bound(null, AddressFamily.InterNetwork);
        SocketAddress sender = new(AddressFamily.InterNetworkV6);
        byte[] buffer = new byte[100];
        EndPoint target = LoopbackOf(server);
        long allocated = 0;
        for (int i = 0; i < 400; i++)
        {
            client.SendTo([1], target);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Datagram datagram = server.ReceiveDatagram(buffer, sender);
            // The first ones run code that is not compiled yet.
            allocated += i < 200 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(0, datagram.Distance?.Hops);
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    public async Task Many_senders_keep_their_own_distance()
    {
        Requires.Root();
        using LabNetwork lab = LabNetwork.Create(2);
        using Socket server = Bound(lab.Server, AddressFamily.InterNetworkV6);
        server.ReportHops();
        Dictionary<int, int> ttls = [];
        List<Socket> clients = [];
        for (int ttl = 40; ttl < 240; ttl++)
        {
            Socket client = Bound(lab.Client, AddressFamily.InterNetwork);
            clients.Add(client);
            client.Ttl = (short)ttl;
            ttls[Port(client)] = ttl;
        }

        try
        {
            for (int round = 0; round < 5; round++)
            {
                clients.ForEach(client => client.SendTo([1], new IPEndPoint(lab.ServerAddress(AddressFamily.InterNetwork), Port(server))));
                SocketAddress sender = new(AddressFamily.InterNetworkV6);
                for (int i = 0; i < clients.Count; i++)
                {
                    Datagram datagram = await server.ReceiveDatagramAsync(new byte[10], sender, Stop);
                    Assert.Equal(ttls[EndPoint(sender).Port] - 2, datagram.Distance?.ReceivedTtl);
                }
            }
        }
        finally
        {
            clients.ForEach(static client => client.Dispose());
        }
    }

    [Fact]
    public void Other_sockets_and_other_addresses_are_refused()
    {
        Requires.Linux();
        using Socket tcp = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Throws<ArgumentException>(tcp.ReportHops);
        Assert.Throws<ArgumentException>(() => tcp.ReceiveDatagram(new byte[1]));
        using Socket local = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        Assert.Throws<ArgumentException>(local.ReportHops);
        using Socket udp = Bound(null, AddressFamily.InterNetworkV6);
        Assert.Throws<ArgumentException>(() => udp.ReceiveDatagram(new byte[1], new SocketAddress(AddressFamily.InterNetwork)));
        udp.Dispose();
        Assert.Throws<ObjectDisposedException>(udp.ReportHops);
    }

    [Fact]
    public void Control_messages_are_read_with_suspicion()
    {
        byte[] real = [.. Message(1, 29, new byte[16]), .. Message(0, 2, [58, 0, 0, 0])];
        Assert.Equal(58, ReceivedTtl.Of(real));
        Assert.Equal(58, ReceivedTtl.Of(Message(41, 52, [58, 0, 0, 0])));
        Assert.Equal(0, ReceivedTtl.Of(Message(41, 2, [58, 0, 0, 0])));
        Assert.Equal(0, ReceivedTtl.Of(Message(0, 2, [0, 0, 0, 0])));
        Assert.Equal(0, ReceivedTtl.Of(Message(0, 2, [0, 1, 0, 0])));
        Assert.Equal(0, ReceivedTtl.Of(Message(0, 2, [255, 255, 255, 255])));
        for (int length = 0; length < 32 + 20; length++)
        {
            Assert.Equal(0, ReceivedTtl.Of(real.AsSpan(0, length)));
        }

        // No bytes make it throw.
        Random random = new(1);
        for (int i = 0; i < 100_000; i++)
        {
            byte[] changed = [.. real];
            changed[random.Next(real.Length)] = (byte)random.Next();
            changed[random.Next(real.Length)] = (byte)random.Next();
            _ = ReceivedTtl.Of(changed);
        }
    }

    [Fact]
    public unsafe void Structures_and_numbers_are_those_of_the_C_compiler()
    {
        LibC.Message header = default;
        LibC.Buffer buffer = default;
        (string Expression, long Value)[] table =
        [
            ("sizeof(struct msghdr)", sizeof(LibC.Message)),
            ("__builtin_offsetof(struct msghdr, msg_name)", Offset(&header, &header.Name)),
            ("__builtin_offsetof(struct msghdr, msg_namelen)", Offset(&header, &header.NameLength)),
            ("sizeof(((struct msghdr *)0)->msg_namelen)", sizeof(uint)),
            ("sizeof(((struct msghdr *)0)->msg_flags)", sizeof(int)),
            ("sizeof(struct iovec)", sizeof(LibC.Buffer)),
            ("__builtin_offsetof(struct iovec, iov_base)", Offset(&buffer, &buffer.Start)),
            ("__builtin_offsetof(struct iovec, iov_len)", Offset(&buffer, &buffer.Length)),
            ("sizeof(struct cmsghdr)", ControlMessages.HeaderSize),
            ("sizeof(((struct cmsghdr *)0)->cmsg_len)", 8),
            ("__builtin_offsetof(struct cmsghdr, cmsg_level)", 8),
            ("__builtin_offsetof(struct cmsghdr, cmsg_type)", 12),
            ("CMSG_ALIGN(20)", 24),
            ("sizeof(struct timeval)", 16),
        ];
        long?[] values = CCompiler.Evaluate(
            ["sys/socket.h", "sys/uio.h", "sys/time.h", "netinet/in.h", "errno.h"], [.. table.Select(static row => row.Expression)]);
        Assert.Equal(table.Select(static row => (row.Expression, (long?)row.Value)), table.Zip(values, static (row, value) => (row.Expression, value)));

        static long Offset(void* start, void* field) => (byte*)field - (byte*)start;
    }

    private static byte[] Message(int level, int type, byte[] data)
    {
        byte[] message = new byte[(16 + data.Length + 7) & ~7];
        BinaryPrimitives.WriteInt64LittleEndian(message, 16 + data.Length);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(8), level);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(12), type);
        data.CopyTo(message, 16);
        return message;
    }

    private static Socket Bound(NetworkNamespace? at, AddressFamily family)
    {
        Socket socket = at is null ? NewSocket() : at.Run(NewSocket);
        socket.Bind(new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0));
        return socket;

        Socket NewSocket()
        {
            Socket made = new(family, SocketType.Dgram, ProtocolType.Udp);
            if (family == AddressFamily.InterNetworkV6)
            {
                made.DualMode = true;
            }

            return made;
        }
    }

    private static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private static IPEndPoint LoopbackOf(Socket socket) => new(IPAddress.Loopback, Port(socket));

    private static IPEndPoint EndPoint(SocketAddress address) =>
        (IPEndPoint)new IPEndPoint(address.Family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0).Create(address);
}
