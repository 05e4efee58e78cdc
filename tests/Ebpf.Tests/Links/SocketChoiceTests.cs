using System.Net;
using System.Net.Sockets;
using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Links;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;
using Ebpf.Tests.Programs;
using Hops.TestSupport;

namespace Ebpf.Tests.Links;

/// <summary>Programs that choose the socket of a connection: sk_lookup for a network namespace, sk_reuseport among sockets that share a port.</summary>
public sealed class SocketChoiceTests
{
    [Theory]
    [InlineData(BpfMapType.SockMap)]
    [InlineData(BpfMapType.SockHash)]
    public void Sk_lookup_steers_a_range_of_ports_to_one_listener(BpfMapType type)
    {
        Requires.Root();
        TestThread.InNetworkNamespace(() =>
        {
            Command.Run("ip", "link", "set", "lo", "up");
            using Socket listener = TestSockets.Listening(7777, reusePort: false);
            using BpfSocketMap<uint> sockets = BpfMap.CreateSocketMap<uint>(type, 1, "sockets");
            sockets.Set(0, listener);
            using BpfProgram program = Code.Load(BpfProgramType.SkLookup, Assembler.Parse($"""
                        r6 = r1
                        r2 = *(u32 *)(r6 + {SkLookup.LocalPort})
                        if r2 < 8000 goto pass
                        if r2 > 8099 goto pass
                        *(u32 *)(r10 - 4) = 0
                        r1 = {sockets}
                        r2 = r10
                        r2 += -4
                        call bpf_map_lookup_elem
                        if r0 == 0 goto pass
                        r7 = r0
                        r1 = r6
                        r2 = r7
                        r3 = 0
                        call bpf_sk_assign
                        r1 = r7
                        call bpf_sk_release
                pass:   r0 = {SkVerdict.Pass}
                        exit
                """), name: "steer");
            Assert.Equal(BpfAttachType.SkLookup, program.ExpectedAttachType);
            Assert.False(Connects(8042));
            using (BpfLink link = SkLookupLink.Attach(program))
            {
                BpfLinkInfo info = link.GetInfo();
                Assert.Equal((BpfLinkType.NetworkNamespace, BpfAttachType.SkLookup, true), (info.Type, info.AttachType, info.IsAttached));
                Assert.NotEqual(0u, info.NetworkNamespace);
                Assert.True(Connects(8042));
                Assert.True(Connects(8099));
                Assert.False(Connects(8100));
                using Socket accepted = listener.Accept();
                Assert.Equal(8042, ((IPEndPoint)accepted.LocalEndPoint!).Port);
                link.Detach();
                Assert.Equal((0u, false), (link.GetInfo().NetworkNamespace, link.GetInfo().IsAttached));
            }

            Assert.False(Connects(8042));
            // By a file, too; one that is no namespace is refused.
            SkLookupLink.Attach(program, "/proc/thread-self/ns/net").Dispose();
            Assert.Contains(
                "cannot be opened", Assert.Throws<BpfException>(() => SkLookupLink.Attach(program, "/proc/none")).Message, StringComparison.Ordinal);
            Assert.Contains(
                "that is not a network namespace",
                Assert.Throws<BpfException>(() => SkLookupLink.Attach(program, "/proc/thread-self/ns/uts")).Message,
                StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Sk_reuseport_chooses_among_the_sockets_of_a_port()
    {
        Requires.Root();
        TestThread.InNetworkNamespace(() =>
        {
            Command.Run("ip", "link", "set", "lo", "up");
            using Socket first = TestSockets.Listening(7777, reusePort: true);
            using Socket second = TestSockets.Listening(7777, reusePort: true);
            using BpfSocketMap<uint> sockets = BpfMap.CreateSocketMap<uint>(BpfMapType.ReusePortSockArray, 2, "sockets");
            sockets.Set(0, first);
            sockets.Set(1, second);
            using BpfMap<uint, uint> chosen = BpfMap.Create<uint, uint>(BpfMapType.Array, 1, name: "chosen");
            using BpfProgram program = Code.Load(BpfProgramType.SkReuseport, Assembler.Parse($"""
                        r2 = {chosen}[0]+0
                        r2 = *(u32 *)(r2 + 0)
                        *(u32 *)(r10 - 4) = r2
                        r2 = {sockets}
                        r3 = r10
                        r3 += -4
                        r4 = 0
                        call bpf_sk_select_reuseport
                        if r0 == 0 goto pass
                        r0 = {SkVerdict.Drop}
                        exit
                pass:   r0 = {SkVerdict.Pass}
                        exit
                """), name: "choose");
            first.AttachReusePortProgram(program);
            foreach (uint number in (uint[])[0, 1, 1, 0, 1])
            {
                chosen[0] = number;
                Assert.True(Connects(7777));
                using Socket accepted = (number == 0 ? first : second).Accept();
                Assert.True(accepted.Connected);
                Assert.False((number == 0 ? second : first).Poll(0, SelectMode.SelectRead));
            }

            second.DetachReusePortProgram();
            Assert.Contains(": they have none", Assert.Throws<BpfException>(first.DetachReusePortProgram).Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Programs_and_sockets_that_do_not_fit_are_explained()
    {
        Requires.Root();
        using BpfProgram choose = Code.Load(BpfProgramType.SkReuseport, Code.Return(SkVerdict.Pass), name: "choose");
        using BpfProgram xdp = Code.Load(BpfProgramType.Xdp, Code.Return(XdpVerdict.Pass));
        using Socket alone = TestSockets.Listening(0, reusePort: false);
        using Socket other = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Assert.Contains("set SO_REUSEPORT", Assert.Throws<BpfException>(() => other.AttachReusePortProgram(choose)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "it attaches to a network interface",
            Assert.Throws<InvalidOperationException>(() => alone.AttachReusePortProgram(xdp)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "SkLookup takes programs of type SkLookup",
            Assert.Throws<ArgumentException>(() => SkLookupLink.Attach(choose)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "socket.AttachReusePortProgram(program)",
            Assert.Throws<ArgumentException>(() => CgroupLink.Attach(choose, "/sys/fs/cgroup")).Message,
            StringComparison.Ordinal);
        TestThread.WithCapabilities(1ul << 39, static () =>
        {
            Code.Load(BpfProgramType.SkReuseport, Code.Return(SkVerdict.Pass)).Dispose();
            using BpfProgram lookup = Code.Load(BpfProgramType.SkLookup, Code.Return(SkVerdict.Pass));
            SkLookupLink.Attach(lookup).Dispose();
            Assert.Contains(
                "needs CAP_NET_ADMIN",
                Assert.Throws<BpfException>(static () => Code.Load(BpfProgramType.SchedCls, Code.Return(1))).Message,
                StringComparison.Ordinal);
        });
    }

    private static bool Connects(int port)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return false;
        }
    }
}
