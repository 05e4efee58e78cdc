using System.Net;
using System.Net.Sockets;
using Hops.Lab;
using Hops.Sources;
using Hops.TestSupport;

namespace Hops.Tests;

public sealed class SavedSynTests
{
    public static TheoryData<int, AddressFamily, bool> Networks
    {
        get
        {
            TheoryData<int, AddressFamily, bool> networks = [];
            foreach (int routers in (int[])[0, 1, 2, 5])
            {
                networks.Add(routers, AddressFamily.InterNetwork, false);
                networks.Add(routers, AddressFamily.InterNetworkV6, false);
                // The listener is dual-mode, the client comes over IPv4.
                networks.Add(routers, AddressFamily.InterNetwork, true);
            }

            return networks;
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void The_distance_of_a_client_is_the_number_of_routers(int routers, AddressFamily family, bool dualMode)
    {
        Requires.Root();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using LabNetwork lab = LabNetwork.Create(routers);
        using Socket listener = Listen(lab.Server, family, dualMode);
        listener.SaveSyn();
        using Socket client = Connect(lab, listener, family);
        using Socket accepted = listener.Accept();
        Assert.Equal(routers, accepted.ReadSavedSyn()?.Hops);
        Assert.Null(accepted.ReadSavedSyn());
    }

    [Fact]
    public void Every_TTL_of_a_client_is_told()
    {
        Requires.Root();
        using LabNetwork lab = LabNetwork.Create(0);
        foreach (AddressFamily family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
        {
            using Socket listener = Listen(lab.Server, family, dualMode: false);
            listener.SaveSyn();
            for (int ttl = 1; ttl <= 255; ttl++)
            {
                using Socket client = Connect(lab, listener, family, ttl);
                using Socket accepted = listener.Accept();
                Assert.Equal(ttl, accepted.ReadSavedSyn()?.ReceivedTtl);
            }
        }
    }

    [Fact]
    public void Many_connections_at_once_keep_their_own()
    {
        Requires.Root();
        using LabNetwork lab = LabNetwork.Create(3);
        using Socket listener = Listen(lab.Server, AddressFamily.InterNetwork, dualMode: false);
        listener.SaveSyn();
        Dictionary<EndPoint, (Socket Socket, int Ttl)> clients = [];
        try
        {
            for (int i = 0; i < 200; i++)
            {
                int ttl = 40 + i;
                Socket client = Connect(lab, listener, AddressFamily.InterNetwork, ttl);
                clients.Add(client.LocalEndPoint!, (client, ttl));
            }

            for (int i = 0; i < 200; i++)
            {
                using Socket accepted = listener.Accept();
                Assert.Equal(clients[accepted.RemoteEndPoint!].Ttl - 3, accepted.ReadSavedSyn()?.ReceivedTtl);
            }
        }
        finally
        {
            foreach ((Socket socket, int _) in clients.Values)
            {
                socket.Dispose();
            }
        }
    }

    [Fact]
    public void What_the_kernel_did_not_keep_is_unknown()
    {
        Requires.Root();
        using LabNetwork lab = LabNetwork.Create(1);
        using Socket silent = Listen(lab.Server, AddressFamily.InterNetwork, dualMode: false);
        using Socket client = Connect(lab, silent, AddressFamily.InterNetwork);
        using Socket notAskedFor = silent.Accept();
        Assert.Null(notAskedFor.ReadSavedSyn());
        Assert.Null(client.ReadSavedSyn());

        // Always cookies, as if the queue overflowed: a setting of this network alone.
        lab.Server.SetSysctl("net/ipv4/tcp_syncookies", 2);
        using Socket flooded = Listen(lab.Server, AddressFamily.InterNetwork, dualMode: false);
        flooded.SaveSyn();
        using Socket late = Connect(lab, flooded, AddressFamily.InterNetwork);
        using Socket byCookie = flooded.Accept();
        Assert.Null(byCookie.ReadSavedSyn());
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        Requires.Linux();
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.SaveSyn();
        listener.Listen();
        Span<long> allocated = stackalloc long[3];
        for (int i = 0; i < allocated.Length; i++)
        {
            using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            client.Connect(listener.LocalEndPoint!);
            using Socket accepted = listener.Accept();
            long before = GC.GetAllocatedBytesForCurrentThread();
            HopDistance? distance = accepted.ReadSavedSyn();
            allocated[i] = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(0, distance?.Hops);
        }

        Assert.Equal(0, allocated[^1]);
    }

    [Fact]
    public void Sockets_that_are_not_TCP_are_refused()
    {
        Requires.Linux();
        using Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        Assert.Throws<SocketException>(udp.SaveSyn);
        Assert.Throws<SocketException>(() => udp.ReadSavedSyn());
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("45", 0)]
    [InlineData("4500003c000040002a06000000000000000000", 0)]
    [InlineData("4500003c000040002a0600000000000000000000", 42)]
    [InlineData("600000000014062b00000000000000000000000000000000000000000000000000000000000000", 0)]
    [InlineData("600000000014062b0000000000000000000000000000000000000000000000000000000000000000", 43)]
    [InlineData("ff00003c000040002a0600000000000000000000", 0)]
    public void Headers_are_read_with_suspicion(string headers, int ttl) => Assert.Equal(ttl, SavedSynOption.TtlOf(Convert.FromHexString(headers)));

    private static Socket Listen(NetworkNamespace at, AddressFamily family, bool dualMode)
    {
        Socket listener = Connecting.NewSocket(at, dualMode ? AddressFamily.InterNetworkV6 : family, dualMode);
        listener.Bind(new IPEndPoint(dualMode || family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0));
        listener.Listen(512);
        return listener;
    }

    private static Socket Connect(LabNetwork lab, Socket listener, AddressFamily family, int? ttl = null)
    {
        Socket client = Connecting.NewSocket(lab.Client, family);
        if (ttl is { } hops && family == AddressFamily.InterNetwork)
        {
            client.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.IpTimeToLive, hops);
        }
        else if (ttl is { } limit)
        {
            // IPV6_UNICAST_HOPS
            client.SetRawSocketOption(41, 16, BitConverter.GetBytes(limit));
        }

        client.LingerState = new LingerOption(true, 0);
        client.Connect(lab.ServerAddress(family), ((IPEndPoint)listener.LocalEndPoint!).Port);
        return client;
    }
}
