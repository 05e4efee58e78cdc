using System.Net;
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

/// <summary>Prefix trees, and values kept with sockets.</summary>
internal static class MapKinds
{
    public static IEnumerable<KindCheck> Rows { get; } =
    [
        new("lpm-trie", "5.2", LongestPrefix),
        new("lpm-trie-conditions", "4.11", Conditions),
        new("lpm-trie-batches", "5.6", Batches),
        new("socket-storage", "5.2", CountPerSocket),
        new("socket-storage-clone", "5.2", CloneToAccepted),
    ];

    /// <summary>A filter looks up where datagrams come from: a socket for each address of 127.0.0.0/8.</summary>
    private static string LongestPrefix()
    {
        using BpfMap<Ipv4Prefix, uint> trie = BpfMap.Create<Ipv4Prefix, uint>(BpfMapType.LpmTrie, 8, name: "networks");
        using BpfMap<uint, uint> seen = BpfMap.Create<uint, uint>(BpfMapType.Array, 1, name: "seen");
        foreach ((string network, uint value) in (ReadOnlySpan<(string, uint)>)
            [("127.0.0.0/8", 2), ("127.1.0.0/16", 3), ("127.1.2.0/24", 4), ("127.1.2.3/32", 5), ("127.1.2.128/25", 6)])
        {
            trie[new Ipv4Prefix(network)] = value;
        }

        using BpfProgram filter = Code.Load(BpfProgramType.SocketFilter, Assembler.Parse($"""
                    r6 = r1
                    r0 = *(u32 *)skb[{SkBuff.NetworkHeader + 12}]
                    r0 = be32 r0                    // a prefix has the address in network byte order
                    *(u32 *)(r10 - 4) = r0
                    *(u32 *)(r10 - 8) = 32
                    r1 = {trie}
                    r2 = r10
                    r2 += -8
                    call bpf_map_lookup_elem
                    r1 = 99
                    if r0 == 0 goto tell
                    r1 = *(u32 *)(r0 + 0)
            tell:   r2 = {seen}[0]+0
                    *(u32 *)(r2 + 0) = r1
                    r0 = 0xffff
                    exit
            """));
        using Socket receiver = Network.Udp();
        receiver.AttachFilter(filter);
        foreach ((string address, uint value) in (ReadOnlySpan<(string, uint)>)
            [("127.9.9.9", 2), ("127.1.3.0", 3), ("127.1.2.4", 4), ("127.1.2.3", 5), ("127.1.2.127", 4), ("127.1.2.128", 6)])
        {
            Claim.Equal(value, trie[new Ipv4Prefix(IPAddress.Parse(address))], $"the application's look-up of {address}");
            using Socket sender = Network.Udp(address);
            sender.SendTo("x"u8, receiver.LocalEndPoint!);
            Network.Receive(receiver);
            Claim.Equal(value, seen[0], $"the program's look-up of {address}");
        }

        Claim.Holds(trie.Remove(new Ipv4Prefix("127.0.0.0/8")), "a prefix is removed");
        using Socket stranger = Network.Udp("127.9.9.9");
        stranger.SendTo("x"u8, receiver.LocalEndPoint!);
        Network.Receive(receiver);
        Claim.Equal(99u, seen[0], "the look-up of an address in no network");
        return "the longest of 5 prefixes was found for 6 senders, by the application and by a filter; none after it was removed";
    }

    private static string Conditions()
    {
        using BpfMap<Ipv4Prefix, uint> trie = BpfMap.Create<Ipv4Prefix, uint>(BpfMapType.LpmTrie, 4);
        Ipv4Prefix network = new("10.0.0.0/8"), other = new("11.0.0.0/8");
        trie[network] = 1;
        try
        {
            Claim.Equal((false, false, true), (trie.TryAdd(network, 2), trie.TryReplace(other, 2), trie.TryReplace(network, 3)), "conditions");
            Claim.Equal((3u, false, true), (trie[network], trie.TryGetValue(other, out _), trie.TryAdd(other, 4)), "afterwards");
            return "an add of what is there and a replacement of what is not wrote nothing";
        }
        catch (BpfException e) when (e.Message.Contains("ignore the condition", StringComparison.Ordinal))
        {
            Claim.Holds(Environment.OSVersion.Version < new Version(6, 13), "Linux 6.13 heeds the conditions");
            Claim.Equal((1u, false), (trie[network], trie.TryGetValue(other, out _)), "after the refusal");
            return $"refused, and nothing written: {e.Message}";
        }
    }

    private static string Batches()
    {
        using BpfMap<Ipv6Prefix, int> trie = BpfMap.Create<Ipv6Prefix, int>(BpfMapType.LpmTrie, 1000);
        Ipv6Prefix[] networks = [.. Enumerable.Range(0, 1000).Select(static i => new Ipv6Prefix($"2001:db8:{i:x}::/48"))];
        trie.UpdateBatch(networks, [.. Enumerable.Range(0, 1000)]);
        BpfException full = Claim.Throws<BpfException>(() => trie[new Ipv6Prefix("2001:db9::/32")] = 1, "a prefix more than fit");
        Claim.Holds(full.Message.Contains("it is full with 1000 prefixes", StringComparison.Ordinal), full.Message);
        Claim.Equal(7, trie[new Ipv6Prefix(IPAddress.Parse("2001:db8:7::1"))], "a look-up");

        int steps = 0;
        for (bool more = trie.TryGetFirstKey(out Ipv6Prefix key); more; more = trie.TryGetNextKey(key, out key))
        {
            steps++;
        }

        Claim.Equal(1000, steps, "keys walked one by one");
        Claim.Holds(networks.ToHashSet().SetEquals(trie.Entries.Select(static entry => entry.Key)), "all entries are enumerated");
        Ipv6Prefix[] keys = new Ipv6Prefix[300];
        int[] values = new int[300];
        BpfBatchPosition position = default;
        HashSet<Ipv6Prefix> read = [];
        while (!position.IsAtEnd)
        {
            read.UnionWith(keys[..trie.ReadBatch(keys, values, ref position)]);
        }

        Claim.Equal(1000, read.Count, "keys read in batches of 300");
        Claim.Equal(1000, trie.RemoveBatch(networks), "keys removed in a batch");
        Claim.Holds(!trie.TryGetFirstKey(out _), "the trie is empty");
        return "1000 prefixes written, walked, read and removed";
    }

    private static string CountPerSocket()
    {
        using Cgroup cgroup = new();
        using BpfSocketStorage<ulong> counts = BpfMap.CreateSocketStorage<ulong>("sent");
        using BpfProgram program = Code.Load(BpfProgramType.CgroupSkb, Assembler.Parse($"""
                    r1 = *(u64 *)(r1 + {SkBuff.Socket})
                    if r1 == 0 goto pass
                    call bpf_sk_fullsock
                    if r0 == 0 goto pass
                    r2 = r0
                    r1 = {counts}
                    r3 = 0
                    r4 = {HelperFlags.CreateStorage}
                    call bpf_sk_storage_get
                    if r0 == 0 goto pass
                    r1 = 1
                    lock *(u64 *)(r0 + 0) += r1
            pass:   r0 = 1
                    exit
            """));
        using Socket receiver = Network.Udp();
        cgroup.With(
            program,
            () =>
            {
                using Socket busy = Network.Udp(), other = Network.Udp(), silent = Network.Udp();
                for (int i = 0; i < 5; i++)
                {
                    busy.SendTo("x"u8, receiver.LocalEndPoint!);
                }

                other.SendTo("x"u8, receiver.LocalEndPoint!);
                Claim.Equal((5ul, 1ul), (counts[busy], counts[other]), "counts");
                Claim.Holds(!counts.TryGetValue(silent, out _) && !counts.TryGetValue(receiver, out _), "sockets that sent nothing have no value");
                Claim.Equal((true, false, false), (counts.TryReplace(busy, 9), counts.TryAdd(busy, 8), counts.TryReplace(silent, 7)), "conditions");
                Claim.Equal((9ul, true, false), (counts[busy], counts.Remove(busy), counts.TryGetValue(busy, out _)), "removal");
            },
            BpfAttachType.CgroupEgress);
        return "5 and 1 packets counted with the sockets that sent them";
    }

    private static string CloneToAccepted()
    {
        using BpfSocketStorage<ulong> storage = BpfMap.CreateSocketStorage<ulong>(flags: BpfMapFlags.CloneToAccepted);
        using Socket listener = Network.Listening();
        storage[listener] = 7;
        using Socket client = Network.Tcp();
        client.Connect(listener.LocalEndPoint!);
        using Socket accepted = listener.Accept();
        Claim.Equal((7ul, false), (storage[accepted], storage.TryGetValue(client, out _)), "the accepted socket's value, and the client's");
        return "an accepted socket began with its listener's value";
    }
}
