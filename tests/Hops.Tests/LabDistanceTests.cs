using System.Net;
using System.Net.Sockets;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Tests;

public sealed class LabDistanceTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(30)]
    public async Task The_distance_is_the_number_of_routers(int routers)
    {
        Requires.Root();
        HopMeter meter = HopMeter.Open();
        using LabNetwork lab = LabNetwork.Create(routers);
        using LabServer server = LabServer.Start(lab.Server);
        IPAddress ipv4 = lab.ServerAddress(AddressFamily.InterNetwork);
        foreach ((AddressFamily family, bool dualMode, IPAddress address) in ((AddressFamily, bool, IPAddress)[])
        [
            (AddressFamily.InterNetwork, false, ipv4),
            (AddressFamily.InterNetworkV6, false, lab.ServerAddress(AddressFamily.InterNetworkV6)),
            (AddressFamily.InterNetworkV6, true, ipv4.MapToIPv6()),
        ])
        {
            using Socket blocking = Connecting.NewSocket(lab.Client, family, dualMode);
            Assert.Equal(routers, Connecting.Measure(meter, blocking, address, server.Port)?.Hops);

            using Socket asynchronous = Connecting.NewSocket(lab.Client, family, dualMode);
            Assert.Equal(routers, (await Connecting.MeasureAsync(meter, asynchronous, address, server.Port))?.Hops);

            using Socket nonBlocking = Connecting.NewSocket(lab.Client, family, dualMode);
            nonBlocking.Blocking = false;
            meter.Arm(nonBlocking);
            Assert.Equal(SocketError.WouldBlock, Assert.Throws<SocketException>(() => nonBlocking.Connect(address, server.Port)).SocketErrorCode);
            Assert.True(nonBlocking.Poll(TimeSpan.FromSeconds(5), SelectMode.SelectWrite));
            Assert.Equal(routers, meter.Read(nonBlocking)?.Hops);
        }
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(255)]
    public void The_distance_is_right_for_each_usual_initial_TTL(int initialTtl)
    {
        Requires.Root();
        HopMeter meter = HopMeter.Open();
        using LabNetwork lab = LabNetwork.Create(5);
        lab.SetServerInitialTtl(initialTtl);
        using LabServer server = LabServer.Start(lab.Server);
        foreach (AddressFamily family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
        {
            using Socket socket = Connecting.NewSocket(lab.Client, family);
            HopDistance? distance = Connecting.Measure(meter, socket, lab.ServerAddress(family), server.Port);
            Assert.Equal((5, initialTtl, initialTtl - 5), (distance?.Hops, distance?.InitialTtl, distance?.ReceivedTtl));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(65)]
    [InlineData(129)]
    public void A_server_with_an_odd_TTL_is_not_plausible(int ttl)
    {
        Requires.Root();
        using LabNetwork lab = LabNetwork.Create(0);
        using LabServer server = LabServer.Start(lab.Server, initialTtl: ttl);
        using Socket socket = Connecting.NewSocket(lab.Client, AddressFamily.InterNetwork);
        HopDistance? distance = Connecting.Measure(HopMeter.Open(), socket, lab.ServerAddress(AddressFamily.InterNetwork), server.Port);
        Assert.Equal((ttl, false), (distance?.ReceivedTtl, distance?.IsPlausible));
    }
}
