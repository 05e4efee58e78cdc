using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Ebpf.Links;
using Ebpf.Programs;
using Hops.TestSupport;

namespace Samples.Tests;

/// <summary>The samples that look at what the processes of a cgroup do, each on a cgroup of its own.</summary>
public sealed class CgroupTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void DropUdp_drops_both_ways_and_nothing_else_and_only_while_it_runs(string text)
    {
        Requires.Root();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        IPAddress address = IPAddress.Parse(text);
        using Socket quiet = MadeIn(cgroup, () => Bound(address));
        using Socket other = MadeIn(cgroup, () => Bound(address));
        using Socket outside = Bound(address);
        int port = ((IPEndPoint)quiet.LocalEndPoint!).Port;
        (int status, string output, string errors) end;
        using (Sample sample = Sample.Start("DropUdp", cgroup.Path, port.ToString(CultureInfo.InvariantCulture)))
        {
            // On loopback a datagram has arrived, or is gone, when it has been sent.
            outside.SendTo("in"u8, quiet.LocalEndPoint);
            Assert.Equal(0, quiet.Available);
            Assert.Equal(SocketError.AccessDenied, Assert.Throws<SocketException>(() => quiet.SendTo("out"u8, outside.LocalEndPoint!)).SocketErrorCode);
            Assert.Equal(SocketError.AccessDenied, Assert.Throws<SocketException>(() => other.SendTo("to the port"u8, quiet.LocalEndPoint)).SocketErrorCode);

            outside.SendTo("another port"u8, other.LocalEndPoint!);
            Assert.Equal("another port"u8.Length, other.Receive(new byte[100]));
            Assert.Equal(4, other.SendTo("back"u8, outside.LocalEndPoint!));
            Assert.Equal(4, outside.Receive(new byte[100]));
            end = sample.End();
        }

        Assert.Equal((0, ""), (end.status, end.errors));
        Assert.EndsWith("\nDropped: 3\n", end.output, StringComparison.Ordinal);
        Assert.Empty(CgroupPrograms.Query(cgroup.Path, BpfAttachType.CgroupIngress).ProgramIds);
        Assert.Empty(CgroupPrograms.Query(cgroup.Path, BpfAttachType.CgroupEgress).ProgramIds);
        outside.SendTo("again"u8, quiet.LocalEndPoint);
        Assert.Equal(5, quiet.Receive(new byte[100]));
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void ConnectLog_prints_who_connects_to_where(string signal)
    {
        Requires.Root();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        using Sample sample = Sample.Start("ConnectLog", cgroup.Path);
        // The last line of its output names the process; no server listens.
        string process = cgroup.Run("""
            echo hello >/dev/udp/127.0.0.1/9
            echo hello >/dev/udp/::1/65000
            : </dev/tcp/127.0.0.2/1
            : </dev/tcp/::1/2
            echo $$
            """).Split('\n')[^1];
        sample.WaitFor("TCP [::1]:2");
        (int status, string output, string errors) = sample.End(signal);
        Assert.Equal((0, ""), (status, errors));
        Assert.Equal(
            [$"{process} bash: UDP 127.0.0.1:9", $"{process} bash: UDP [::1]:65000", $"{process} bash: TCP 127.0.0.2:1", $"{process} bash: TCP [::1]:2"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..]);
        Assert.Empty(CgroupPrograms.Query(cgroup.Path, BpfAttachType.CgroupConnect4).ProgramIds);
        Assert.Empty(CgroupPrograms.Query(cgroup.Path, BpfAttachType.CgroupConnect6).ProgramIds);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", 97)]
    [InlineData("::1", "::1", 98)]
    [InlineData("127.0.0.1", "::ffff:127.0.0.1", 99)]
    public void SynAckTtl_prints_what_the_server_was_told_to_send(string server, string asked, int ttl)
    {
        Requires.Root();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using TemporaryCgroup cgroup = TemporaryCgroup.Create();
        IPAddress address = IPAddress.Parse(server);
        bool isIpv6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        using Socket listener = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        // SOL_IPV6's IPV6_UNICAST_HOPS, SOL_IP's IP_TTL.
        listener.SetRawSocketOption(isIpv6 ? 41 : 0, isIpv6 ? 16 : 2, BitConverter.GetBytes(ttl));
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        IPAddress target = IPAddress.Parse(asked);
        using Socket client = MadeIn(cgroup, Connecting);
        using Socket outside = Connecting();
        (int status, string output, string errors) end;
        using (Sample sample = Sample.Start("SynAckTtl", cgroup.Path))
        {
            outside.Connect(target, port);
            client.Connect(target, port);
            sample.WaitFor("TTL");
            end = sample.End();
        }

        Assert.Equal((0, ""), (end.status, end.errors));
        string from = $"{new IPEndPoint(address, ((IPEndPoint)client.LocalEndPoint!).Port)}";
        Assert.Equal([$"{from} to {new IPEndPoint(address, port)}: TTL {ttl}"], end.output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..]);
        Assert.Empty(CgroupPrograms.Query(cgroup.Path, BpfAttachType.CgroupSockOps).ProgramIds);

        // One for both families, as .NET's own are, where an IPv4 address is asked for in IPv6's form.
        Socket Connecting() => target.IsIPv4MappedToIPv6
            ? new(SocketType.Stream, ProtocolType.Tcp)
            : new(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
    }

    private static Socket Bound(IPAddress address)
    {
        Socket socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 10_000 };
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }

    /// <summary>A socket belongs to the cgroup in which it was made, wherever its process goes.</summary>
    private static Socket MadeIn(TemporaryCgroup cgroup, Func<Socket> make)
    {
        // 0::/path is the line of version 2 (cgroups(7)).
        string home = TemporaryCgroup.Root + File.ReadLines("/proc/self/cgroup").Single(static line => line.StartsWith("0::", StringComparison.Ordinal))[3..];
        File.WriteAllText(Path.Combine(cgroup.Path, "cgroup.procs"), "0");
        try
        {
            return make();
        }
        finally
        {
            File.WriteAllText(Path.Combine(home, "cgroup.procs"), "0");
        }
    }
}
