using System.Net.Sockets;
using Ebpf;
using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Links;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;
using Ebpf.Tests.Programs;

namespace KernelChecks.Kinds;

/// <summary>Programs on network interfaces.</summary>
internal static class InterfaceKinds
{
    public static IEnumerable<KindCheck> Rows { get; } =
    [
        new("clsact-loopback", "4.5", static () => CountBothWays(AttachClsact)),
        new("clsact-veth", "4.5", static () => FilterVeth(AttachClsact)),
        new("tcx-loopback", "6.6", static () => CountBothWays(AttachTcx)),
        new("tcx-veth", "6.6", static () => FilterVeth(AttachTcx)),
        new("tcx-order", "6.6", Order),
    ];

    public static IDisposable AttachClsact(BpfProgram program, string name, BpfAttachType direction)
    {
        try
        {
            return ClsactFilter.Attach(program, name, direction);
        }
        catch (BpfException e) when (e.Message.Contains("(modules sch_ingress and cls_bpf)", StringComparison.Ordinal))
        {
            throw new NotBuiltException(e.Message);
        }
    }

    private static BpfLink AttachTcx(BpfProgram program, string name, BpfAttachType direction)
    {
        BpfLink link = TcxLink.Attach(program, name, direction);
        Claim.Equal((direction, true), (link.AttachType, link.GetInfo().IsAttached), "what the link tells");
        return link;
    }

    /// <summary>Counts UDP datagrams over the loopback interface: each goes out and comes in.</summary>
    private static string CountBothWays(Func<BpfProgram, string, BpfAttachType, IDisposable> attach)
    {
        using BpfMap<uint, ulong> sent = Code.Counter(), received = Code.Counter();
        using BpfProgram sends = Code.Load(BpfProgramType.SchedCls, Code.CountAndReturn(sent, TcxVerdict.Next), name: "sends");
        using BpfProgram receives = Code.Load(BpfProgramType.SchedCls, Code.CountAndReturn(received, TcxVerdict.Next), name: "receives");
        using BpfProgram drops = Code.Load(BpfProgramType.SchedCls, Code.Return(TcxVerdict.Drop), name: "drops");
        using Socket receiver = Network.Udp();
        using Socket sender = Network.Udp();
        using (attach(sends, "lo", BpfAttachType.TcxEgress))
        using (attach(receives, "lo", BpfAttachType.TcxIngress))
        {
            Send('a');
            Send('b');
            Send('c');
            Claim.Equal("abc", Receive(3), "what arrives");
            Claim.Equal((3ul, 3ul), (sent[0], received[0]), "packets sent and received");
        }

        using (attach(drops, "lo", BpfAttachType.TcxIngress))
        {
            Send('d');
        }

        Send('e');
        Claim.Equal("e", Receive(1), "what arrives after a program that drops was detached");
        Claim.Equal((3ul, 3ul), (sent[0], received[0]), "packets counted after detaching");
        return "3 datagrams were counted on their way out and in, 1 dropped, none seen after detaching";

        void Send(char letter) => sender.SendTo([(byte)letter], receiver.LocalEndPoint!);

        string Receive(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)Network.Receive(receiver)));
    }

    /// <summary>Drops by a trie what comes over a cable from another network.</summary>
    private static string FilterVeth(Func<BpfProgram, string, BpfAttachType, IDisposable> attach)
    {
        using BpfMap<Ipv4Prefix, uint> refused = BpfMap.Create<Ipv4Prefix, uint>(BpfMapType.LpmTrie, 4, name: "refused");
        refused[new Ipv4Prefix("10.9.0.2/31")] = 1;
        refused[new Ipv4Prefix("10.9.0.3/32")] = 0;
        using BpfProgram firewall = Code.Load(BpfProgramType.SchedCls, Assembler.Parse($"""
                    r2 = *(u32 *)(r1 + {SkBuff.Data})
                    r3 = *(u32 *)(r1 + {SkBuff.DataEnd})
                    r4 = r2
                    r4 += 34
                    if r4 > r3 goto next
                    r4 = *(u16 *)(r2 + 12)
                    if r4 != 0x0008 goto next       // not IPv4
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
            """), name: "firewall");
        string result = "";
        // The interfaces go with the network.
        SeparateThread.RunInNetwork(() =>
        {
            using VethPeer peer = new();
            using Socket receiver = Network.Udp("10.9.0.1");
            int port = Network.PortOf(receiver.LocalEndPoint);
            using (attach(firewall, VethPeer.Near, BpfAttachType.TcxIngress))
            {
                peer.Send("10.9.0.2", port, 'a');
                peer.Send("10.9.0.3", port, 'b');
                result += (char)Network.Receive(receiver);
            }

            peer.Send("10.9.0.2", port, 'c');
            result += (char)Network.Receive(receiver);
        });
        Claim.Equal("bc", result, "what arrived from 10.9.0.2 (a), 10.9.0.3 (b) and, after detaching, 10.9.0.2 (c)");
        return "what came over a veth pair from a network of the trie was dropped, and not after detaching";
    }

    private static string Order()
    {
        using BpfMap<uint, uint> order = BpfMap.Create<uint, uint>(BpfMapType.Array, 1);
        using BpfProgram one = Load(1), two = Load(2), three = Load(3);
        using Socket receiver = Network.Udp();
        using (TcxLink.Attach(two, "lo", BpfAttachType.TcxIngress))
        using (TcxLink.Attach(three, "lo", BpfAttachType.TcxIngress, TcxPosition.After(two)))
        using (TcxLink.Attach(one, "lo", BpfAttachType.TcxIngress, TcxPosition.First))
        {
            Claim.Equal(123u, Run(), "the order");
        }

        Claim.Equal(0u, Run(), "the order after detaching");
        return "three programs ran in the order of their positions";

        BpfProgram Load(int digit) => Code.Load(BpfProgramType.SchedCls, Assembler.Parse($"""
                r1 = {order}[0]+0
                r2 = *(u32 *)(r1 + 0)
                r2 *= 10
                r2 += {digit}
                *(u32 *)(r1 + 0) = r2
                r0 = {TcxVerdict.Next}
                exit
            """));

        uint Run()
        {
            order[0] = 0;
            receiver.SendTo("x"u8, receiver.LocalEndPoint!);
            Network.Receive(receiver);
            return order[0];
        }
    }
}
