using System.Net;
using System.Net.Sockets;
using Hops.Host.Tests.Sharing;
using Hops.Host.Watching;
using Hops.Lab;
using Hops.Sharing;
using Hops.Sources;
using Hops.TestSupport;

namespace Hops.Host.Tests.Watching;

/// <summary>A watch that answers for sockets: whose, what it says, and what hostile callers can do to it.</summary>
[Collection(nameof(HostWatchTests))]
public sealed class SharedWatchTests
{

    [Theory]
    [InlineData(KernelSide.Header)]
    [InlineData(KernelSide.Packets)]
    public void A_socket_that_nobody_prepared_has_the_ttl_of_its_handshake_at_both_ends(KernelSide side)
    {
        using TemporaryShare share = new(enabled: false);
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using HostWatch watch = HostWatch.Start(new() { Side = side, WithShare = true }, share.Paths);
        using Connection connection = new(IPAddress.Loopback, serverTtl: 57, clientTtl: 119);
        HostWatchSource source = HostWatchSource.Open(share.Paths);
        Assert.Equal(57, source.Read(connection.Client));
        Assert.Equal(119, source.Read(connection.Server));
        // The descriptor was only lent.
        connection.Client.Send([1]);
        Assert.Equal(1, connection.Server.Receive(new byte[1]));
    }

    [Fact]
    public void A_socket_from_before_the_watch_and_one_that_is_left_out_are_not_watched()
    {
        using TemporaryShare share = new(enabled: false);
        using Connection before = new(IPAddress.Loopback, 57, 119);
        using HostWatch watch = HostWatch.Start(new() { WithShare = true, Direction = ConnectionDirection.Outgoing }, share.Paths);
        using Connection after = new(IPAddress.Loopback, 57, 119);
        HostWatchSource source = HostWatchSource.Open(share.Paths);
        Assert.Equal(WatchAnswerStatus.NotWatched, source.Ask(before.Client).Status);
        Assert.Equal(WatchAnswerStatus.NotWatched, source.Ask(after.Server).Status);
        Assert.Equal(57, source.Read(after.Client));
    }

    [Fact]
    public void A_socket_of_another_network_namespace_is_known()
    {
        Requires.Root();
        using TemporaryShare share = new(enabled: false);
        using LabNetwork network = LabNetwork.Create(0);
        using HostWatch watch = HostWatch.Start(new() { WithShare = true }, share.Paths);
        IPAddress address = network.ServerAddress(AddressFamily.InterNetworkV6);
        using Socket listener = network.Server.Run(() => Connection.Listen(address, null));
        using Socket client = network.Client.Run(() => Connection.Connect(listener, null));
        Assert.Equal(64, HostWatchSource.Open(share.Paths).Read(client));
    }

    [Fact]
    public void What_is_no_connection_is_not_watched()
    {
        using TemporaryShare share = new(enabled: false);
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using HostWatch watch = HostWatch.Start(new() { WithShare = true }, share.Paths);
        HostWatchSource source = HostWatchSource.Open(share.Paths);
        using Socket fresh = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using Socket datagram = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using Socket local = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using Socket listener = Connection.Listen(IPAddress.Loopback, null);
        foreach (Socket socket in (Socket[])[fresh, datagram, local, listener])
        {
            Assert.Equal(WatchAnswerStatus.NotWatched, source.Ask(socket).Status);
        }

        foreach (string path in (string[])["/proc/self/status", "/dev/null"])
        {
            using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path);
            Assert.Equal((byte)WatchAnswerStatus.NotWatched, Exchange(share, caller => DescriptorMessage.Send(caller.SafeHandle, [1], file))[1]);
        }
    }

    [Fact]
    public void A_caller_that_sends_nonsense_is_closed_and_the_next_one_answered()
    {
        using TemporaryShare share = new(enabled: false);
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using HostWatch watch = HostWatch.Start(new() { WithShare = true }, share.Paths);
        using Connection connection = new(IPAddress.Loopback, 57, 119);
        HostWatchSource source = HostWatchSource.Open(share.Paths);
        Assert.Empty(Exchange(share, static caller => caller.Send([1])));
        Assert.Empty(Exchange(share, static caller => caller.Send(new byte[100_000])));
        Assert.Empty(Exchange(share, caller => DescriptorMessage.Send(caller.SafeHandle, [2], connection.Client.SafeHandle)));
        Assert.Empty(Exchange(share, caller => DescriptorMessage.Send(caller.SafeHandle, [1], connection.Client.SafeHandle, connection.Server.SafeHandle)));
        Assert.Empty(Exchange(share, static caller => caller.Shutdown(SocketShutdown.Both)));
        Assert.Equal(57, source.Read(connection.Client));
    }

    [Fact]
    public void Callers_that_say_nothing_are_only_so_many_and_closed_in_time()
    {
        using TemporaryShare share = new(enabled: false);
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using HostWatch watch = HostWatch.Start(new() { WithShare = true }, share.Paths);
        using Connection connection = new(IPAddress.Loopback, 57, 119);
        List<Socket> idle = [.. Enumerable.Range(0, 200).Select(_ => Visit(share))];
        try
        {
            // The last was closed at once: this user has as many as it may.
            Assert.Equal(0, idle[^1].Receive(new byte[1]));
            // The first is closed when its time is over.
            Assert.Equal(0, idle[0].Receive(new byte[1]));
        }
        finally
        {
            idle.ForEach(static caller => caller.Dispose());
        }

        Assert.Equal(57, HostWatchSource.Open(share.Paths).Read(connection.Client));
    }

    [Fact]
    public void A_user_who_has_all_that_one_may_leaves_room_for_others()
    {
        Hops.Host.Sharing.CallerLimit limit = new(256);
        int own = 0;
        while (limit.TryEnter(1))
        {
            own++;
        }

        Assert.InRange(own, 32, 64);
        Assert.True(limit.TryEnter(2));
        limit.Leave(1);
        Assert.True(limit.TryEnter(1));
    }

    [Fact]
    public void A_second_shared_watch_is_refused_and_one_that_has_stopped_is_gone()
    {
        using TemporaryShare share = new(enabled: false);
        using (HostWatch watch = HostWatch.Start(new() { WithShare = true }, share.Paths))
        {
            string message = Assert.Throws<HostWatchUnavailableException>(() => HostWatch.Start(new() { WithShare = true }, share.Paths)).Message;
            Assert.Contains($"another service listens at {share.Paths.WatchSocket} already", message, StringComparison.Ordinal);
            watch.Stop();
            HopSourceRefusal refusal = Assert.Single(Assert.Throws<HopMeterUnavailableException>(() => HostWatchSource.Open(share.Paths)).Refusals);
            Assert.Equal(new HopRemedy(HopRemedyKind.ShareWatch), refusal.Remedy);
            Assert.Contains("watch.sock is not there", refusal.Reason, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("", "it closed the connection")]
    [InlineData("01", "its answer is invalid")]
    [InlineData("01013900000000000100000000000000", "its answer is invalid")]
    [InlineData("02030000000000000000000000000000", "its answer is invalid")]
    [InlineData(null, "it did not answer within 1 s")]
    public async Task A_watch_that_answers_nonsense_or_nothing_is_an_error(string? answer, string reason)
    {
        using TemporaryShare share = new(enabled: false);
        Directory.CreateDirectory(share.Paths.Root);
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(share.Paths.WatchSocket));
        listener.Listen();
        HostWatchSource source = HostWatchSource.Open(share.Paths);
        (await listener.AcceptAsync(TestContext.Current.CancellationToken)).Dispose();
        using Connection connection = new(IPAddress.Loopback, 57, 119);
        Task<HopMeterUnavailableException> asking = Task.Run(
            () => Assert.Throws<HopMeterUnavailableException>(() => source.Read(connection.Client)), TestContext.Current.CancellationToken);
        using Socket caller = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, await caller.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken));
        if (answer is not null)
        {
            caller.Send(Convert.FromHexString(answer));
            caller.Shutdown(SocketShutdown.Both);
        }

        Assert.Contains(reason, Assert.Single((await asking).Refusals).Reason, StringComparison.Ordinal);
    }

    private static Socket Visit(TemporaryShare share)
    {
        Socket caller = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        caller.Connect(new UnixDomainSocketEndPoint(share.Paths.WatchSocket));
        return caller;
    }

    /// <returns>What came back, until the end.</returns>
    private static byte[] Exchange(TemporaryShare share, Action<Socket> send)
    {
        using Socket caller = Visit(share);
        send(caller);
        byte[] answer = new byte[100];
        try
        {
            return answer[..caller.Receive(answer)];
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Closed with something unread.
            return [];
        }
    }

    /// <summary>A connection, whose ends send with TTLs of their own.</summary>
    private sealed class Connection : IDisposable
    {
        public Connection(IPAddress address, short serverTtl, short clientTtl)
        {
            using Socket listener = Listen(address, serverTtl);
            Client = Connect(listener, clientTtl);
            Server = listener.Accept();
        }

        public Socket Client { get; }

        public Socket Server { get; }

        public static Socket Listen(IPAddress address, short? ttl)
        {
            Socket listener = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            listener.Ttl = ttl ?? listener.Ttl;
            listener.Bind(new IPEndPoint(address, 0));
            listener.Listen();
            return listener;
        }

        public static Socket Connect(Socket listener, short? ttl)
        {
            Socket client = new(listener.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            client.Ttl = ttl ?? client.Ttl;
            client.Connect(listener.LocalEndPoint!);
            return client;
        }

        public void Dispose()
        {
            Client.Dispose();
            Server.Dispose();
        }
    }
}
