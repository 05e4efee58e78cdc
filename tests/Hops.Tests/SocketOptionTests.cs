using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Hops.Lab;
using Hops.Sources;
using Hops.TestSupport;

namespace Hops.Tests;

public sealed class SocketOptionTests
{
    private static readonly HopMeter Meter = OperatingSystem.IsLinux() ? HopMeter.Open(HopMeterSource.SocketOption) : null!;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task The_distance_over_IPv6_is_the_number_of_routers(int routers)
    {
        Requires.Root();
        using LabNetwork lab = LabNetwork.Create(routers);
        using LabServer server = LabServer.Start(lab.Server);
        Connecting.WarmUp(lab, server.Port);
        IPAddress address = lab.ServerAddress(AddressFamily.InterNetworkV6);
        using Socket blocking = Connecting.NewSocket(lab.Client, AddressFamily.InterNetworkV6);
        Assert.Equal(routers, Connecting.Measure(Meter, blocking, address, server.Port)?.Hops);
        using Socket asynchronous = Connecting.NewSocket(lab.Client, AddressFamily.InterNetworkV6, dualMode: true);
        Assert.Equal(routers, (await Connecting.MeasureAsync(Meter, asynchronous, address, server.Port))?.Hops);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(64)]
    [InlineData(255)]
    public void It_agrees_with_the_filter_also_where_the_truth_looks_like_the_false_value(int ttl)
    {
        Requires.Root();
        HopMeter filter = HopMeter.Open();
        using LabNetwork lab = LabNetwork.Create(0);
        lab.SetServerInitialTtl(ttl);
        using LabServer server = LabServer.Start(lab.Server);
        Connecting.WarmUp(lab, server.Port);
        IPAddress address = lab.ServerAddress(AddressFamily.InterNetworkV6);
        foreach (HopMeter meter in (HopMeter[])[filter, Meter])
        {
            using Socket socket = Connecting.NewSocket(lab.Client, AddressFamily.InterNetworkV6);
            Assert.Equal(ttl, Connecting.Measure(meter, socket, address, server.Port)?.ReceivedTtl);
        }
    }

    [Fact]
    public void What_was_not_measured_is_unknown()
    {
        Requires.Linux();
        using LabServer server = LabServer.Start();
        using Socket mapped = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        Assert.Null(Connecting.Measure(Meter, mapped, IPAddress.Loopback.MapToIPv6(), server.Port));

        using Socket neverArmed = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        neverArmed.Connect(IPAddress.IPv6Loopback, server.Port);
        Assert.Null(Meter.Read(neverArmed));

        using Socket neverConnected = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        Meter.Arm(neverConnected);
        Assert.Null(Meter.Read(neverConnected));

        using Socket refused = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        Meter.Arm(refused);
        Assert.Throws<SocketException>(() => refused.Connect(IPAddress.IPv6Loopback, 1));
        Assert.Null(Meter.Read(refused));

        using Socket disarmed = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        Assert.NotNull(Connecting.Measure(Meter, disarmed, IPAddress.IPv6Loopback, server.Port));
        Meter.Disarm(disarmed);
        Assert.Null(Meter.Read(disarmed));
    }

    /// <summary>Its first data may come from elsewhere, behind a SYN proxy: so data from any sender makes the reading unknown.</summary>
    [Fact]
    public void A_server_that_spoke_first_is_unknown()
    {
        Requires.Root();
        using LabNetwork lab = LabNetwork.Create(1);
        using GreetingServer server = GreetingServer.Start(lab.Server);
        using Socket socket = Connecting.NewSocket(lab.Client, AddressFamily.InterNetworkV6);
        Meter.Arm(socket);
        socket.Connect(lab.ServerAddress(AddressFamily.InterNetworkV6), server.Port);
        Assert.True(socket.Poll(TimeSpan.FromSeconds(10), SelectMode.SelectRead));
        Assert.Null(Meter.Read(socket));
        Assert.Equal(0, Meter.TtlSource.Read(socket));
    }

    [Fact]
    public async Task IPv4_is_refused_with_the_way_out()
    {
        Requires.Linux();
        using LabServer server = LabServer.Start();
        using Socket ipv4 = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.False(Meter.Measures(AddressFamily.InterNetwork));
        Assert.Contains("measures IPv6 only", Assert.Throws<NotSupportedException>(() => Meter.Arm(ipv4)).Message, StringComparison.Ordinal);

        HopDialer dialer = new(Meter);
        NotSupportedException refusal = await Assert.ThrowsAsync<NotSupportedException>(
            async () => (await dialer.ConnectAsync("127.0.0.1", server.Port, TestContext.Current.CancellationToken)).Dispose());
        Assert.Equal("127.0.0.1 has no address that can be measured: the source SocketOption measures IPv6 only", refusal.Message);
        SocketException half = await Assert.ThrowsAsync<SocketException>(
            async () => (await dialer.ConnectAsync([IPAddress.Loopback, IPAddress.IPv6Loopback], 1, TestContext.Current.CancellationToken)).Dispose());
        Assert.Equal(SocketError.ConnectionRefused, half.SocketErrorCode);
        Assert.EndsWith("its IPv4 addresses were not tried: the source SocketOption measures IPv6 only", half.Message, StringComparison.Ordinal);
        using HopConnection connection = await dialer.ConnectAsync("::1", server.Port, TestContext.Current.CancellationToken);
        Assert.Equal(0, connection.Distance?.Hops);
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        Requires.Linux();
        using LabServer server = LabServer.Start();
        using Socket socket = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        Meter.Arm(socket);
        socket.Connect(IPAddress.IPv6Loopback, server.Port);
        Meter.Read(socket);
        long before = GC.GetAllocatedBytesForCurrentThread();
        HopDistance? distance = Meter.Read(socket);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(0, distance?.Hops);
    }

    [Fact]
    public void Control_messages_are_read_with_suspicion()
    {
        byte[] real = [.. Message(50, [.. IPAddress.IPv6Loopback.GetAddressBytes(), 1, 0, 0, 0]), .. Message(52, [58, 0, 0, 0])];
        Assert.Equal(58, SocketOption.HopLimitOf(real));
        // Without an interface or an address it is the socket's own setting.
        Assert.Equal(0, SocketOption.HopLimitOf([.. Message(50, new byte[20]), .. Message(52, [1, 0, 0, 0])]));
        Assert.Equal(0, SocketOption.HopLimitOf(Message(52, [58, 0, 0, 0])));
        Assert.Equal(0, SocketOption.HopLimitOf([.. real[..40], .. Message(52, [0, 1, 0, 0])]));
        for (int length = 0; length < 60; length++)
        {
            Assert.Equal(0, SocketOption.HopLimitOf(real.AsSpan(0, length)));
        }

        // No bytes make it throw.
        for (int i = 0; i < 100_000; i++)
        {
            byte[] changed = [.. real];
            changed[RandomNumberGenerator.GetInt32(real.Length)] = (byte)i;
            changed[RandomNumberGenerator.GetInt32(real.Length)] = (byte)(i >> 8);
            _ = SocketOption.HopLimitOf(changed);
        }
    }

    private static byte[] Message(int type, byte[] data)
    {
        byte[] message = new byte[(16 + data.Length + 7) & ~7];
        BinaryPrimitives.WriteInt64LittleEndian(message, 16 + data.Length);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(8), 41);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(12), type);
        data.CopyTo(message, 16);
        return message;
    }
}
