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

/// <summary>The two ways in which programs of traffic control attach: tcx and the clsact qdisc.</summary>
public sealed class TrafficControlTests
{
    public enum Way
    {
        Tcx,
        Clsact,
    }

    [Theory]
    [InlineData(Way.Tcx)]
    [InlineData(Way.Clsact)]
    public void A_firewall_drops_what_comes_from_a_network_of_the_trie_and_nothing_once_it_is_detached(Way way)
    {
        Requires.Root();
        TestThread.InNetworkNamespace(() =>
        {
            using VethPair veth = new();
            veth.FromPeer("ip address add 10.9.0.3/24 dev veth1");
            using BpfMap<Ipv4Prefix, uint> refused = BpfMap.Create<Ipv4Prefix, uint>(BpfMapType.LpmTrie, 4, name: "refused");
            refused[new Ipv4Prefix("10.9.0.2/31")] = 1;
            refused[new Ipv4Prefix("10.9.0.3/32")] = 0;
            using BpfProgram program = Code.Load(BpfProgramType.SchedCls, Firewall(refused), name: "firewall");
            using Socket receiver = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            receiver.Bind(new IPEndPoint(IPAddress.Parse("10.9.0.1"), 7000));
            using (Attach(way, program, "veth0", BpfAttachType.TcxIngress))
            {
                Send(veth, "10.9.0.2", "a");
                Send(veth, "10.9.0.3", "b");
                Assert.Equal((byte)'b', TestSockets.ReceiveOne(receiver));
            }

            Send(veth, "10.9.0.2", "c");
            Assert.Equal((byte)'c', TestSockets.ReceiveOne(receiver));
        });
    }

    [Theory]
    [InlineData(Way.Tcx)]
    [InlineData(Way.Clsact)]
    public void An_egress_program_sees_what_the_interface_sends(Way way)
    {
        Requires.Root();
        TestThread.InNetworkNamespace(() =>
        {
            using VethPair veth = new();
            using BpfMap<uint, ulong> sent = Code.Counter();
            using BpfMap<uint, ulong> received = Code.Counter();
            using BpfProgram sends = Code.Load(BpfProgramType.SchedCls, Code.CountAndReturn(sent, TcxVerdict.Pass), BpfAttachType.TcxEgress);
            using BpfProgram receives = Code.Load(BpfProgramType.SchedCls, Code.CountAndReturn(received, TcxVerdict.Drop), BpfAttachType.TcxIngress);
            using IDisposable egress = Attach(way, sends, "veth0", null);
            using IDisposable ingress = Attach(way, receives, "veth0", null);
            using Socket sender = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            ulong before = sent[0];
            sender.SendTo("x"u8, new IPEndPoint(IPAddress.Parse("10.9.0.2"), 9));
            // The question for the peer's hardware address is a frame, too.
            Assert.True(SpinWait.SpinUntil(() => sent[0] > before && received[0] > 0, TimeSpan.FromSeconds(10)), $"{sent[0]}, {received[0]}");
        });
    }

    [Fact]
    public void Tcx_programs_run_in_the_order_of_their_positions_and_their_link_tells_where_they_are()
    {
        Requires.Root();
        TestThread.InNetworkNamespace(() =>
        {
            using BpfMap<uint, uint> order = BpfMap.Create<uint, uint>(BpfMapType.Array, 1);
            BpfProgram[] programs = [.. Enumerable.Range(1, 4).Select(i => Code.Load(BpfProgramType.SchedCls, Append(order, i), name: $"step_{i}"))];
            List<BpfLink> links = [];
            try
            {
                links.Add(TcxLink.Attach(programs[1], "lo", BpfAttachType.TcxIngress));
                links.Add(TcxLink.Attach(programs[0], "lo", BpfAttachType.TcxIngress, TcxPosition.First));
                links.Add(TcxLink.Attach(programs[3], "lo", BpfAttachType.TcxIngress, TcxPosition.Last));
                links.Add(TcxLink.Attach(programs[2], "lo", BpfAttachType.TcxIngress, TcxPosition.Before(programs[3])));
                Assert.Equal(1234u, Run());
                links[0].Detach();
                Assert.False(links[0].GetInfo().IsAttached);
                Assert.Equal(134u, Run());
                links.Add(TcxLink.Attach(programs[1], 1, BpfAttachType.TcxIngress, TcxPosition.After(programs[0])));
                Assert.Equal(1234u, Run());

                BpfLinkInfo info = links[1].GetInfo();
                Assert.Equal((BpfLinkType.Tcx, BpfAttachType.TcxIngress, 1, true), (info.Type, info.AttachType, info.InterfaceIndex, info.IsAttached));
                using BpfLink byId = BpfLink.OpenById(info.Id);
                Assert.Equal((BpfLinkType.Tcx, BpfAttachType.TcxIngress), (byId.Type, byId.AttachType));

                using BpfProgram another = Code.Load(BpfProgramType.SchedCls, Append(order, 9), name: "nine");
                byId.Update(another);
                Assert.Equal(9234u, Run());
                Assert.Contains(
                    "the program 'step_1' of type SchedCls, which the position refers to, is not attached there",
                    Assert.Throws<BpfException>(() => TcxLink.Attach(programs[0], "lo", BpfAttachType.TcxEgress, TcxPosition.Before(programs[0]))).Message,
                    StringComparison.Ordinal);
                Assert.Contains(
                    "the program is attached there already",
                    Assert.Throws<BpfException>(() => TcxLink.Attach(programs[2], "lo", BpfAttachType.TcxIngress)).Message,
                    StringComparison.Ordinal);
            }
            finally
            {
                links.ForEach(static link => link.Dispose());
                Array.ForEach(programs, static program => program.Dispose());
            }

            uint Run()
            {
                order[0] = 0;
                Command.Run("ip", "link", "set", "lo", "up");
                using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                order[0] = 0;
                socket.SendTo("x"u8, socket.LocalEndPoint!);
                Assert.True(socket.Poll(TimeSpan.FromSeconds(10), SelectMode.SelectRead));
                return order[0];
            }
        });
    }

    [Fact]
    public void The_clsact_qdisc_stays_with_the_filters_of_others_and_is_used_again()
    {
        Requires.Root();
        TestThread.InNetworkNamespace(() =>
        {
            using BpfProgram ours = Code.Load(BpfProgramType.SchedCls, Code.Return(TcxVerdict.Next), name: "ours");
            using BpfProgram others = Code.Load(BpfProgramType.SchedCls, Code.Return(TcxVerdict.Next), name: "others");
            Assert.Equal("", QueueingDiscipline());
            ClsactFilter first = ClsactFilter.Attach(ours, "lo", BpfAttachType.TcxIngress, priority: 7);
            string made = QueueingDiscipline();
            Assert.NotEqual("", made);
            using (ClsactFilter.Attach(others, 1, BpfAttachType.TcxEgress))
            {
                Assert.Contains(" ours ", Filters("ingress"), StringComparison.Ordinal);
                first.Detach();
                first.Detach();
                Assert.Equal("", Filters("ingress"));
                Assert.Contains(" others ", Filters("egress"), StringComparison.Ordinal);
            }

            Assert.Equal(("", made), (Filters("egress"), QueueingDiscipline()));
            using (ClsactFilter.Attach(ours, "lo", BpfAttachType.TcxIngress))
            {
                Assert.Equal(made, QueueingDiscipline());
            }

            first.Dispose();
        });

        static string Filters(string direction) => Command.Run("tc", "filter", "show", "dev", "lo", direction).Trim();
    }

    [Fact]
    public void What_does_not_fit_is_explained()
    {
        Requires.Root();
        TestThread.InNetworkNamespace(() =>
        {
            using BpfProgram program = Code.Load(BpfProgramType.SchedCls, Code.Return(TcxVerdict.Next), name: "next");
            using BpfProgram xdp = Code.Load(BpfProgramType.Xdp, Code.Return(XdpVerdict.Pass));
            foreach (Action attach in (Action[])
                [() => TcxLink.Attach(program, 4711, BpfAttachType.TcxIngress), () => ClsactFilter.Attach(program, 4711, BpfAttachType.TcxIngress),
                    () => TcxLink.Attach(program, "nowhere0", BpfAttachType.TcxIngress)])
            {
                Assert.Contains("there is no such interface in this network namespace", Assert.Throws<BpfException>(attach).Message, StringComparison.Ordinal);
            }

            foreach (Way way in Enum.GetValues<Way>())
            {
                Assert.Contains(
                    "The direction is missing: TcxIngress or TcxEgress.",
                    Assert.Throws<ArgumentException>(() => Attach(way, program, "lo", null)).Message,
                    StringComparison.Ordinal);
                Assert.Contains(
                    "Traffic control takes programs of type SchedCls. This is a program of type Xdp; it attaches to a network interface: XdpLink.Attach",
                    Assert.Throws<ArgumentException>(() => Attach(way, xdp, "lo", BpfAttachType.TcxIngress)).Message,
                    StringComparison.Ordinal);
                Assert.Throws<ArgumentException>(() => Attach(way, program, "lo", BpfAttachType.CgroupIngress));
            }

            Assert.Throws<ArgumentOutOfRangeException>(() => ClsactFilter.Attach(program, "lo", BpfAttachType.TcxIngress, 65_536));
            Assert.Throws<ArgumentOutOfRangeException>(() => TcxLink.Attach(program, 0, BpfAttachType.TcxIngress));
            TestThread.WithoutCapabilities(() =>
            {
                // The rights that loaded the program are enough.
                TcxLink.Attach(program, 1, BpfAttachType.TcxIngress).Dispose();
                Assert.Contains(
                    "it needs CAP_NET_ADMIN in this network namespace",
                    Assert.Throws<BpfException>(() => ClsactFilter.Attach(program, 1, BpfAttachType.TcxIngress)).Message,
                    StringComparison.Ordinal);
            });
        });
    }

    private static IDisposable Attach(Way way, BpfProgram program, string name, BpfAttachType? direction) => way == Way.Tcx
        ? TcxLink.Attach(program, name, direction)
        : ClsactFilter.Attach(program, name, direction);

    private static void Send(VethPair veth, string source, string text) =>
        veth.FromPeer($"ip route replace 10.9.0.1 dev veth1 src {source} && echo {text} >/dev/udp/10.9.0.1/7000");

    // 'ip link' shows an interface's root qdisc only.
    private static string QueueingDiscipline() => Command.Run("tc", "qdisc", "show", "dev", "lo", "clsact").Trim();

    /// <summary>Drops IPv4 from sources for which the trie has 1.</summary>
    private static BpfCode Firewall(BpfMap<Ipv4Prefix, uint> refused) => Assembler.Parse($"""
                r2 = *(u32 *)(r1 + {SkBuff.Data})
                r3 = *(u32 *)(r1 + {SkBuff.DataEnd})
                r4 = r2
                r4 += 34
                if r4 > r3 goto next
                r4 = *(u16 *)(r2 + 12)
                if r4 != 0x0008 goto next
                r4 = *(u32 *)(r2 + 26)
                *(u32 *)(r10 - 4) = r4
                *(u32 *)(r10 - 8) = 32
                r1 = {refused}
                r2 = r10
                r2 += -8
                call bpf_map_lookup_elem
                if r0 == 0 goto next
                r0 = *(u32 *)(r0 + 0)
                if r0 == 0 goto next
                r0 = {TcxVerdict.Drop}
                exit
        next:   r0 = {TcxVerdict.Next}
                exit
        """);

    /// <summary>order = order × 10 + digit, for IPv4.</summary>
    private static BpfCode Append(BpfMap<uint, uint> order, int digit) => Assembler.Parse($"""
                r2 = *(u32 *)(r1 + {SkBuff.Protocol})
                if r2 != 0x0008 goto next
                r1 = {order}[0]+0
                r2 = *(u32 *)(r1 + 0)
                r2 *= 10
                r2 += {digit}
                *(u32 *)(r1 + 0) = r2
        next:   r0 = {TcxVerdict.Next}
                exit
        """);
}
