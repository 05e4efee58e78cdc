using System.Net;
using System.Net.Sockets;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Tests;

public sealed class HopDialerTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("localhost")]
    public async Task A_connection_comes_with_its_distance(string host)
    {
        Requires.Root();
        using LabServer server = LabServer.Start();
        // The first meter of a process opens what is kept.
        HopDialer dialer = HopDialer.Create();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using HopConnection connection = await dialer.ConnectAsync(host, server.Port, TestContext.Current.CancellationToken);
        Assert.Equal(0, connection.Distance?.Hops);
        Assert.Equal(server.Port, connection.RemoteEndPoint.Port);
        Assert.True(connection.ConnectTime > TimeSpan.Zero);
        await using NetworkStream stream = connection.GetStream();
        await stream.WriteAsync(new byte[] { 1 }, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_socket_can_be_prepared_before_it_connects(bool blocking)
    {
        Requires.Root();
        using LabServer server = LabServer.Start();
        int prepared = 0;
        HopDialer dialer = HopDialer.Create(new()
        {
            PrepareSocket = socket =>
            {
                Interlocked.Increment(ref prepared);
                Assert.False(socket.Connected);
                socket.Bind(new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Parse("127.0.0.5") : IPAddress.IPv6Loopback, 0));
            },
        });
        foreach ((string host, string local) in ((string, string)[])[("127.0.0.1", "127.0.0.5"), ("::1", "::1"), ("::ffff:127.0.0.1", "127.0.0.5")])
        {
            using HopConnection connection = blocking
                ? dialer.Connect([IPAddress.Parse(host)], server.Port)
                : await dialer.ConnectAsync(host, server.Port, TestContext.Current.CancellationToken);
            Assert.Equal((0, local), (connection.Distance?.Hops, ((IPEndPoint)connection.Socket.LocalEndPoint!).Address.ToString()));
        }

        Assert.Equal(3, prepared);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_preparing_throws_closes_the_socket_and_passes_through(bool blocking)
    {
        Requires.Root();
        using LabServer server = LabServer.Start();
        _ = HopMeter.Open();
        using OpenDescriptors _1 = OpenDescriptors.MustNotGrow();
        HopDialer refusing = HopDialer.Create(new() { PrepareSocket = static _ => throw new InvalidTimeZoneException() });
        HopDialer failing = HopDialer.Create(new() { PrepareSocket = static socket => socket.Bind(new IPEndPoint(IPAddress.Parse("192.0.2.9"), 0)) });
        foreach (IPAddress[] addresses in (IPAddress[][])[[IPAddress.Loopback], [IPAddress.Loopback, IPAddress.Parse("127.0.0.2")]])
        {
            await Assert.ThrowsAsync<InvalidTimeZoneException>(async () => await ConnectAsync(refusing, addresses));
            SocketException e = await Assert.ThrowsAsync<SocketException>(async () => await ConnectAsync(failing, addresses));
            Assert.Equal(SocketError.AddressNotAvailable, e.SocketErrorCode);
        }

        async Task ConnectAsync(HopDialer dialer, IPAddress[] addresses)
        {
            if (blocking)
            {
                dialer.Connect(addresses, server.Port);
            }
            else
            {
                await dialer.ConnectAsync(addresses, server.Port, TestContext.Current.CancellationToken);
            }
        }
    }

    [Fact]
    public async Task Addresses_that_were_looked_up_are_raced_like_those_of_a_name()
    {
        Requires.Root();
        using LabServer server = LabServer.Start();
        HopDialer dialer = HopDialer.Create();
        using HopConnection connection = await dialer.ConnectAsync(
            [IPAddress.Parse("127.0.0.1").MapToIPv6(), IPAddress.IPv6Loopback], server.Port, TestContext.Current.CancellationToken);
        Assert.Equal((0, "127.0.0.1"), (connection.Distance?.Hops, connection.RemoteEndPoint.Address.ToString()));
        await Assert.ThrowsAnyAsync<ArgumentException>(
            async () => await dialer.ConnectAsync(Array.Empty<IPAddress>(), server.Port, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void The_blocking_connect_is_the_same()
    {
        Requires.Root();
        using LabServer server = LabServer.Start();
        using HopConnection connection = HopDialer.Create(new() { DisarmAfterReading = true }).Connect("127.0.0.1", server.Port);
        Assert.Equal(0, connection.Distance?.Hops);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public void A_blocking_connect_to_an_address_gives_a_usual_socket(string address)
    {
        Requires.Root();
        using LabServer server = LabServer.Start();
        HopDialer dialer = HopDialer.Create(new() { ConnectTimeout = Timeout.InfiniteTimeSpan });
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using HopConnection connection = dialer.Connect([IPAddress.Parse(address)], server.Port);
        Assert.Equal(0, connection.Distance?.Hops);
        Assert.True(connection.Socket.Connected && connection.Socket.Blocking);
        Assert.True(connection.ConnectTime > TimeSpan.Zero);
        Assert.Equal(1, connection.Socket.Send([1]));
    }

    [Fact]
    public void A_blocking_connect_fails_as_the_other_does_and_in_time()
    {
        Requires.Root();
        using Socket silent = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        int port = SilentListener.Listen(silent, IPAddress.Loopback).Port;
        using NetworkNamespace nowhere = NetworkNamespace.Create();
        HopDialerOptions impatient = new() { ConnectTimeout = TimeSpan.FromMilliseconds(200) };
        HopDialer dialer = HopDialer.Create(impatient);
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        Assert.Equal((SocketError.TimedOut, $"127.0.0.1 port {port} did not answer within 0.2 s"), Failure(dialer, "127.0.0.1", port));
        Assert.Equal((SocketError.ConnectionRefused, "Connection refused (127.0.0.1:1)"), Failure(dialer, "127.0.0.1", 1));
        Assert.Equal((SocketError.ConnectionRefused, "Connection refused ([::1]:1)"), Failure(dialer, "::1", 1));
        // Refused before anything is sent.
        HopDialer lost = new(HopMeter.Open(), impatient, family => nowhere.Run(() => new Socket(family, SocketType.Stream, ProtocolType.Tcp)));
        Assert.Equal((SocketError.NetworkUnreachable, "Network is unreachable (192.0.2.1:1)"), Failure(lost, "192.0.2.1", 1));
        Assert.ThrowsAny<ArgumentException>(() => dialer.Connect(Array.Empty<IPAddress>(), 1));
        Assert.ThrowsAny<ArgumentException>(() => dialer.Connect([IPAddress.Loopback], 0));

        static (SocketError, string) Failure(HopDialer dialer, string address, int port)
        {
            SocketException failure = Assert.Throws<SocketException>(() => dialer.Connect([IPAddress.Parse(address)], port));
            return (failure.SocketErrorCode, failure.Message);
        }
    }

    [Fact]
    public async Task Failures_say_what_happened_and_leave_nothing_open()
    {
        Requires.Root();
        HopMeter.Open();
        await FailAsync(SocketError.ConnectionRefused, "127.0.0.1", AddressFamily.Unspecified);
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        Assert.EndsWith("(127.0.0.1:1)", await FailAsync(SocketError.ConnectionRefused, "127.0.0.1", AddressFamily.Unspecified), StringComparison.Ordinal);
        Assert.Equal("127.0.0.1 has no IPv6 address", await FailAsync(SocketError.NoData, "127.0.0.1", AddressFamily.InterNetworkV6));
        Assert.Equal("::1 has no IPv4 address", await FailAsync(SocketError.NoData, "::1", AddressFamily.InterNetwork));
        await FailAsync(SocketError.HostNotFound, "name.invalid", AddressFamily.Unspecified);
        await FailAsync(SocketError.HostNotFound, "a\u0338..é", AddressFamily.Unspecified);

        static async Task<string> FailAsync(SocketError expected, string host, AddressFamily family)
        {
            HopDialer dialer = HopDialer.Create(new() { AddressFamily = family });
            SocketException failure = await Assert.ThrowsAsync<SocketException>(
                async () => await dialer.ConnectAsync(host, 1, TestContext.Current.CancellationToken));
            Assert.Equal(expected, failure.SocketErrorCode);
            return failure.Message;
        }
    }

    [Fact]
    public async Task Of_a_host_with_very_many_addresses_a_few_of_both_families_are_tried()
    {
        Requires.Root();
        int sockets = 0;
        IPAddress[] many = [.. Enumerable.Range(1, 250).Select(static i => IPAddress.Parse($"127.0.1.{i}")), IPAddress.IPv6Loopback];
        SocketException failure = await Assert.ThrowsAsync<SocketException>(
            async () => await Dialer(new()).ConnectAsync(many, 1, TestContext.Current.CancellationToken));
        Assert.Equal((SocketError.ConnectionRefused, 8), (failure.SocketErrorCode, sockets));

        using Socket listener = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        listener.Listen();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        using HopConnection connection = await Dialer(new() { MaximumAddresses = 2 }).ConnectAsync(many, port, TestContext.Current.CancellationToken);
        Assert.Equal((IPAddress.IPv6Loopback, 10), (connection.RemoteEndPoint.Address, sockets));

        HopDialer Dialer(HopDialerOptions options) => new(HopMeter.Open(), options, family =>
        {
            Interlocked.Increment(ref sockets);
            return new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        });
    }

    [Fact]
    public async Task Silence_ends_in_a_timeout_and_a_caller_may_give_up_before()
    {
        Requires.Root();
        HopMeter.Open();
        using Socket silent = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        int port = SilentListener.Listen(silent, IPAddress.Loopback).Port;
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();

        HopDialer impatient = HopDialer.Create(new() { ConnectTimeout = TimeSpan.FromMilliseconds(200) });
        SocketException timeout = await Assert.ThrowsAsync<SocketException>(
            async () => await impatient.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken));
        Assert.Equal(SocketError.TimedOut, timeout.SocketErrorCode);
        Assert.Equal($"127.0.0.1 port {port} did not answer within 0.2 s", timeout.Message);

        using CancellationTokenSource giveUp = new(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await HopDialer.Create().ConnectAsync("127.0.0.1", port, giveUp.Token));
    }

    [Theory]
    [InlineData("", 80)]
    [InlineData("localhost", 0)]
    [InlineData("localhost", 65536)]
    public async Task Nonsense_is_refused(string host, int port)
    {
        Requires.Root();
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await HopDialer.Create().ConnectAsync(host, port, TestContext.Current.CancellationToken));
    }
}
