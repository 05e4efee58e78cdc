using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Ebpf.Maps;
using Hops.Guard;
using Hops.Guard.Policy;

namespace Hops.Host.Programs.Guarding;

/// <summary>Holds the maps with the policy of a guard, and those that its programs share with it.</summary>
internal sealed class GuardMaps : IDisposable
{
    /// <summary>In place of a distance, for TTLs without a plausible distance.</summary>
    public const byte Implausible = byte.MaxValue;

    private const int RingCapacity = 1 << 20;

    private readonly List<BpfMap> _all = [];

    /// <exception cref="Ebpf.BpfException">The kernel refused.</exception>
    public GuardMaps(GuardPolicy policy, IReadOnlyCollection<IPAddress> resolvers)
    {
        try
        {
            Ring = Keep("ring", BpfRingBuffer.Create(RingCapacity, "hops_refusals"));
            Lost = Keep("lost", BpfMap.Create<uint, WatchMaps.Counters>(BpfMapType.Array, 1, BpfMapFlags.MemoryMappable, "hops_lost")).MapMemory();
            Keep("slots", ConnectSlots.Create());
            Keep("resolving", ResolverNote.Create());
            AddNetworks(VerdictTable.Of(policy));
            AddDistances();
            AddResolvers(resolvers);
            AddPorts(policy.Ports);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public BpfRingBuffer Ring { get; }

    public MappedArray<WatchMaps.Counters> Lost { get; }

    /// <summary>The maps, by their names in the texts of the programs.</summary>
    public Dictionary<string, BpfMap> Named { get; } = [];

    public void Dispose()
    {
        // Null if the constructor failed before.
        Lost?.Dispose();
        _all.ForEach(static map => map.Dispose());
    }

    private static ushort ValueOf(NetworkVerdict verdict)
    {
        HostGuardReason reason = verdict.Reason switch
        {
            null => default,
            HopGuardReason.CloudMetadata => HostGuardReason.CloudMetadata,
            HopGuardReason.Network => HostGuardReason.Network,
            _ => HostGuardReason.SpecialPurpose,
        };
        return (ushort)((int)reason | (verdict.MinimumHops << JudgedAddress.MinimumShift));
    }

    private void AddNetworks(IReadOnlyList<NetworkVerdict> table)
    {
        BpfMap<Ipv4Prefix, ushort> networks4 = Keep(
            "networks4", BpfMap.Create<Ipv4Prefix, ushort>(BpfMapType.LpmTrie, table.Count, BpfMapFlags.NoPreallocation, "hops_networks4"));
        BpfMap<Ipv6Prefix, ushort> networks6 = Keep(
            "networks6", BpfMap.Create<Ipv6Prefix, ushort>(BpfMapType.LpmTrie, table.Count, BpfMapFlags.NoPreallocation, "hops_networks6"));
        foreach (NetworkVerdict verdict in table)
        {
            if (verdict.Network.BaseAddress.AddressFamily == AddressFamily.InterNetwork)
            {
                networks4[new Ipv4Prefix(verdict.Network)] = ValueOf(verdict);
            }
            else
            {
                networks6[new Ipv6Prefix(verdict.Network)] = ValueOf(verdict);
            }
        }
    }

    private void AddDistances()
    {
        BpfMap<uint, byte> hops = Keep("hops", BpfMap.Create<uint, byte>(BpfMapType.Array, byte.MaxValue + 1, name: "hops_distances"));
        hops[0] = Implausible;
        for (int ttl = 1; ttl <= byte.MaxValue; ttl++)
        {
            HopDistance distance = HopDistance.FromReceivedTtl(ttl);
            hops[(uint)ttl] = distance.IsPlausible ? (byte)distance.Hops : Implausible;
        }
    }

    private void AddResolvers(IReadOnlyCollection<IPAddress> resolvers)
    {
        BpfMap<AddressKey, byte> map = Keep(
            "resolvers", BpfMap.Create<AddressKey, byte>(BpfMapType.Hash, Math.Max(resolvers.Count, 1), name: "hops_resolvers"));
        foreach (IPAddress resolver in resolvers)
        {
            AddressKey key = default;
            resolver.MapToIPv6().TryWriteBytes(key, out _);
            map[key] = 1;
        }
    }

    private void AddPorts(IReadOnlyCollection<int> ports)
    {
        BpfMap<ulong, byte> map = Keep("ports", BpfMap.Create<ulong, byte>(BpfMapType.Hash, Math.Max(ports.Count, 1), name: "hops_ports"));
        foreach (int port in ports)
        {
            map[(ulong)port] = 1;
        }
    }

    private T Keep<T>(string name, T map)
        where T : BpfMap
    {
        _all.Add(map);
        Named.Add(name, map);
        return map;
    }

    /// <summary>16 bytes in network byte order, IPv4 as ::ffff:192.0.2.1.</summary>
    [InlineArray(16)]
    private struct AddressKey
    {
        private byte _first;
    }
}
