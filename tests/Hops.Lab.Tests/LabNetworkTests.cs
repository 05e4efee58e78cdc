using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Hops.TestSupport;

namespace Hops.Lab.Tests;

public sealed class LabNetworkTests
{
    [Fact]
    public void A_namespace_has_a_network_of_its_own()
    {
        Requires.Root();
        using LabNetwork lab = LabNetwork.Create(1);
        string[] names = lab.Client.Run(static () => NetworkInterface.GetAllNetworkInterfaces().Select(static i => i.Name).Order().ToArray());
        Assert.Equal(["lo", "toserver"], names);
        // And the thread that asks is where it was.
        Assert.DoesNotContain(NetworkInterface.GetAllNetworkInterfaces(), static i => i.Name == "toserver");
    }

    [Fact]
    public void Nothing_is_left_when_it_is_disposed()
    {
        Requires.Root();
        // The first one loads assemblies and starts what watches child processes.
        LabNetwork.Create(1).Dispose();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        int before = Namespaces();
        LabNetwork lab = LabNetwork.Create(3);
        lab.Dispose();
        Assert.Equal(before, Namespaces());
    }

    [Fact]
    public void What_goes_wrong_while_building_leaves_nothing_behind()
    {
        Requires.Root();
        LabNetwork.Create(1).Dispose();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using NetworkNamespace node = NetworkNamespace.Create();
        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => node.Ip(["link set nosuch up"]));
        Assert.Contains("Cannot find device \"nosuch\"", failure.Message, StringComparison.Ordinal);
        Assert.ThrowsAny<IOException>(() => node.SetSysctl("net/ipv4/no_such_sysctl", 1));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(63)]
    public void No_packet_crosses_so_many_routers(int routers) => Assert.Throws<ArgumentOutOfRangeException>(() => LabNetwork.Create(routers));

    [Fact]
    public void The_most_routers_are_crossed()
    {
        Requires.Root();
        using LabNetwork lab = LabNetwork.Create(LabNetwork.MostRouters);
        using LabServer server = LabServer.Start(lab.Server, port: 4000);
        foreach (AddressFamily family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
        {
            using Socket socket = lab.Client.Run(() => new Socket(family, SocketType.Stream, ProtocolType.Tcp));
            socket.Connect(lab.ServerAddress(family), 4000);
            Assert.Equal(new IPEndPoint(lab.ServerAddress(family), 4000), socket.RemoteEndPoint);
        }
    }

    /// <summary>The namespaces that this process keeps open.</summary>
    private static int Namespaces() =>
        Directory.GetFiles("/proc/self/fd").Count(static link => new FileInfo(link).LinkTarget?.StartsWith("net:[", StringComparison.Ordinal) == true);
}
