// Drops the packets that arrive at a network interface from given networks, except from smaller networks within them that are allowed.
//     dotnet build samples/PrefixFirewall
//     sudo artifacts/bin/PrefixFirewall/debug/PrefixFirewall eth0 deny 198.51.100.0/24 2001:db8::/32 allow 198.51.100.7/32

using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Ebpf;
using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Links;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;

// The sample shows LPM tries, whose lookup finds the longest matching prefix, so that the order of the networks does not matter; and tcx, which several
// programs can share. Kernels older than 6.6 have no tcx. There it uses clsact, the older hook of traffic control, and a firewall that was killed keeps
// dropping packets until 'tc filter del dev eth0 ingress'.
//
// Each fragment has an IP header of its own, and is judged like a whole packet. Neighbour discovery (RFC 4861) passes, because IPv6 would stop without it;
// packets other than IPv4 and IPv6, such as ARP, pass, too.

Dictionary<IPNetwork, bool> rules = [];
if (args.Length < 3 || args[0].Length == 0 || !TryParseRules(args.AsSpan(1), rules))
{
    Console.Error.WriteLine("Usage: PrefixFirewall INTERFACE deny NETWORK... [allow NETWORK...] (such as deny 198.51.100.0/24 2001:db8::/32)");
    return 2;
}

using ManualResetEventSlim end = new();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
try
{
    using BpfMap<Ipv4Prefix, Rule> ipv4 = BpfMap.Create<Ipv4Prefix, Rule>(BpfMapType.LpmTrie, rules.Count, BpfMapFlags.NoPreallocation, "rules4");
    using BpfMap<Ipv6Prefix, Rule> ipv6 = BpfMap.Create<Ipv6Prefix, Rule>(BpfMapType.LpmTrie, rules.Count, BpfMapFlags.NoPreallocation, "rules6");
    foreach ((IPNetwork network, bool deny) in rules)
    {
        if (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork)
        {
            ipv4[new Ipv4Prefix(network)] = new Rule(deny);
        }
        else
        {
            ipv6[new Ipv6Prefix(network)] = new Rule(deny);
        }
    }

    // bpf_skb_load_bytes_relative counts from the IP header on (1 is BPF_HDR_START_NET), independent of the headers before it.
    BpfCode code = Assembler.Parse($"""
                r6 = r1
                r7 = *(u32 *)(r6 + {SkBuff.Protocol})
                if r7 == 0x0008 goto ipv4               // EtherTypes in network byte order
                if r7 != 0xdd86 goto pass

                r1 = r6                                 // the next header, and the first byte behind this one: ICMPv6's type
                r2 = 6
                r3 = r10
                r3 += -8
                r4 = 1
                r5 = 1
                call bpf_skb_load_bytes_relative
                if r0 != 0 goto pass
                r1 = *(u8 *)(r10 - 8)
                if r1 != 58 goto ipv6
                r1 = r6
                r2 = 40
                r3 = r10
                r3 += -8
                r4 = 1
                r5 = 1
                call bpf_skb_load_bytes_relative
                if r0 != 0 goto ipv6
                r1 = *(u8 *)(r10 - 8)
                if r1 < 133 goto ipv6                   // solicitations and advertisements of routers and neighbours, redirects
                if r1 <= 137 goto pass
        ipv6:
                *(u32 *)(r10 - 24) = 128                // the key: the number of bits, and the source address
                r1 = r6
                r2 = 8
                r3 = r10
                r3 += -20
                r4 = 16
                r5 = 1
                call bpf_skb_load_bytes_relative
                if r0 != 0 goto pass
                r1 = {ipv6}
                r2 = r10
                r2 += -24
                call bpf_map_lookup_elem
                goto judge
        ipv4:
                *(u32 *)(r10 - 24) = 32
                r1 = r6
                r2 = 12
                r3 = r10
                r3 += -20
                r4 = 4
                r5 = 1
                call bpf_skb_load_bytes_relative
                if r0 != 0 goto pass
                r1 = {ipv4}
                r2 = r10
                r2 += -24
                call bpf_map_lookup_elem
        judge:
                if r0 == 0 goto pass
                r1 = 1
                lock *(u64 *)(r0 + 0) += r1             // Rule.Packets
                r1 = *(u64 *)(r0 + 8)                   // Rule.Deny
                if r1 == 0 goto pass
                r0 = {TcxVerdict.Drop}
                exit
        pass:
                r0 = {TcxVerdict.Next}                  // the programs after this one decide
                exit
        """);
    using BpfProgram program = BpfProgram.Load(BpfProgramType.SchedCls, code, new() { Name = "prefix_firewall", License = "MIT" });
    using IDisposable attachment = Attach(program, args[0]);
    Console.WriteLine($"Judging what arrives at {args[0]}. Ctrl-C ends it.");
    end.Wait();
    foreach ((IPNetwork network, bool deny) in rules)
    {
        Rule rule = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? ipv4[new Ipv4Prefix(network)] : ipv6[new Ipv6Prefix(network)];
        Console.WriteLine($"{(deny ? "deny " : "allow")} {network}: {rule.Packets} packets");
    }

    return 0;
}
catch (BpfException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static IDisposable Attach(BpfProgram program, string interfaceName)
{
    try
    {
        return TcxLink.Attach(program, interfaceName, BpfAttachType.TcxIngress);
    }
    catch (BpfException e) when (e.IsNotSupported)
    {
        return ClsactFilter.Attach(program, interfaceName, BpfAttachType.TcxIngress);
    }
}

static bool TryParseRules(ReadOnlySpan<string> words, Dictionary<IPNetwork, bool> rules)
{
    bool? deny = null;
    foreach (string word in words)
    {
        if (word is "deny" or "allow")
        {
            deny = word == "deny";
        }
        // IPNetwork reads '10/8' as 0.0.0.0/8, so only text that it prints in the same form is accepted. No packet has a source in a network with a scope
        // (fe80::%1/64), or in the network of IPv4-mapped IPv6 addresses.
        else if (deny is null || !IPNetwork.TryParse(word, out IPNetwork network) || network.ToString() != word || word.Contains('%')
            || network.BaseAddress.IsIPv4MappedToIPv6 || !rules.TryAdd(network, deny.Value))
        {
            return false;
        }
    }

    return rules.Count > 0;
}

void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    end.Set();
}

/// <summary>A value of the tries: 16 bytes.</summary>
internal readonly struct Rule(bool deny)
{
    public ulong Packets { get; }

    public ulong Deny { get; } = deny ? 1UL : 0;
}
