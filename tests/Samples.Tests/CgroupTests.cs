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
        // The last line of its own is who it was; nobody listens.
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
