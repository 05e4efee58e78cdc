using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hops.Lab;
using Hops.TestSupport;

namespace Samples.Tests;

/// <summary>SynAckTtl, with both ends of each connection in its cgroup, in network namespaces of their own.</summary>
public sealed class SynAckTtlTests
{
    private const int InitialTtlOfServer = 200;
    private const int InitialTtlOfClient = 64;

    // linux/in.h.
    private const int IpOptions = 4;

    // Room for one address (RFC 791): servers answer with the same option, filled in.
    private static readonly byte[] RecordRoute = [7, 7, 4, 0, 0, 0, 0, 0];

    // An unknown option that is as long as a header: 0x45, 20 bytes, a TTL of 77, TCP, from 198.18.0.1 to 198.18.0.2. Servers do not repeat it.
    private static readonly byte[] ForgedHeader = [0x45, 20, 0, 0, 0, 0, 0, 0, 77, 6, 0, 0, 198, 18, 0, 1, 198, 18, 0, 2];

    [Theory]
    [InlineData(AddressFamily.InterNetwork, false)]
    [InlineData(AddressFamily.InterNetwork, true)]
    [InlineData(AddressFamily.InterNetworkV6, false)]
    [InlineData(AddressFamily.InterNetworkV6, true)]
    public void Each_end_prints_the_TTL_that_arrived_over_two_routers_also_with_SYN_cookies(AddressFamily family, bool hasCookies)
    {
        Requires.Root();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using LabNetwork network = LabNetwork.Create(2);
        network.Server.SetSysctl("net/ipv4/tcp_syncookies", hasCookies ? 2 : 0);
        Connect(network, family, isDualMode: false, options: [], $"{InitialTtlOfServer - 2}", $"{InitialTtlOfClient - 2}");
        Assert.Equal(hasCookies ? 1 : 0, network.Server.Run(ReceivedCookies));
    }

    [Fact]
    public void Sockets_for_both_families_print_IPv4_addresses_as_such()
    {
        Requires.Root();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using LabNetwork network = LabNetwork.Create(0);
        Connect(network, AddressFamily.InterNetwork, isDualMode: true, options: [], $"{InitialTtlOfServer}", $"{InitialTtlOfClient}");
    }

    [Fact]
    public void Behind_options_of_IPv4_the_TTL_is_unknown()
    {
        Requires.Root();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using LabNetwork network = LabNetwork.Create(0);
        Connect(network, AddressFamily.InterNetwork, isDualMode: false, RecordRoute, "unknown", "unknown");
    }

    [Fact]
    public void A_header_that_the_other_end_made_up_in_its_options_is_not_believed()
    {
        Requires.Root();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using LabNetwork network = LabNetwork.Create(0);
        Connect(network, AddressFamily.InterNetwork, isDualMode: false, ForgedHeader, $"{InitialTtlOfServer}", "unknown");
    }

    [Fact]
    public void Without_the_right_to_read_the_kernels_memory_a_sentence_names_it()
    {
        Requires.Root();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        (int status, string output, string errors) = Sample.RunWithCapabilities("-all,+bpf,+net_admin", "SynAckTtl", cgroup.Path);
        Assert.Equal((1, ""), (status, output));
        Assert.Contains("Without CAP_PERFMON", errors, StringComparison.Ordinal);
    }

    /// <summary>Connects client and server once, and looks at what is printed of both ends.</summary>
    private static void Connect(LabNetwork network, AddressFamily family, bool isDualMode, byte[] options, string opened, string accepted)
    {
        network.SetServerInitialTtl(InitialTtlOfServer);
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using Socket listener = MadeIn(cgroup, network.Server, family, isDualMode);
        using Socket client = MadeIn(cgroup, network.Client, family, isDualMode);
        if (options.Length > 0)
        {
            client.SetRawSocketOption((int)ProtocolType.IP, IpOptions, options);
        }

        listener.Bind(new IPEndPoint(isDualMode || family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0));
        listener.Listen();
        IPEndPoint server = new(network.ServerAddress(family), ((IPEndPoint)listener.LocalEndPoint!).Port);
        using Sample sample = Sample.Start("SynAckTtl", cgroup.Path);
        client.Connect(server);
        using Socket connection = listener.Accept();
        sample.WaitFor(" from ");
        (int status, string output, string errors) = sample.End();
        Assert.Equal((0, ""), (status, errors));

        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
        IPEndPoint from = (IPEndPoint)client.LocalEndPoint!;
        from = new(from.Address.IsIPv4MappedToIPv6 ? from.Address.MapToIPv4() : from.Address, from.Port);
        // The SYN+ACK establishes the client's end, the ACK that it sends then the server's.
        Assert.Equal([$"{from} to {server}: TTL {opened}", $"{server} from {from}: TTL {accepted}"], lines);
    }

    private static Socket MadeIn(TemporaryCgroup cgroup, NetworkNamespace network, AddressFamily family, bool isDualMode)
    {
        Socket? socket = null;
        cgroup.Within(() => socket = network.Run(() =>
            isDualMode ? new Socket(SocketType.Stream, ProtocolType.Tcp) : new Socket(family, SocketType.Stream, ProtocolType.Tcp)));
        return socket!;
    }

    /// <summary>How many connections of the thread's network a SYN cookie has established (proc_net(5)).</summary>
    private static int ReceivedCookies()
    {
        // One line of names and one of numbers.
        string[][] lines = [.. File.ReadLines("/proc/thread-self/net/netstat").Take(2).Select(static line => line.Split(' '))];
        return int.Parse(lines[1][Array.IndexOf(lines[0], "SyncookiesRecv")], CultureInfo.InvariantCulture);
    }
}
