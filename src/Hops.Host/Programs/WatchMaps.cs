using Ebpf.Maps;

namespace Hops.Host.Programs;

/// <summary>Holds the maps that the programs of a watch share with it.</summary>
internal sealed class WatchMaps : IDisposable
{
    private readonly List<BpfMap> _all = [];

    /// <param name="ringCapacity">The size of the ring buffer in bytes: see <see cref="BpfRingBuffer.Create"/>.</param>
    /// <param name="withHandOver">Whether the ingress program hands over TTLs.</param>
    /// <param name="withMemory">Whether each connection has an entry.</param>
    /// <param name="networks">The networks that remote addresses must be in; empty for all.</param>
    /// <exception cref="Ebpf.BpfException">The kernel refused.</exception>
    public WatchMaps(int ringCapacity, bool withHandOver, bool withMemory, IReadOnlyCollection<Ipv6Prefix> networks)
    {
        try
        {
            Ring = Keep("ring", BpfRingBuffer.Create(ringCapacity, "hops_records"));
            Lost = Keep("lost", BpfMap.Create<uint, Counters>(BpfMapType.Array, 1, BpfMapFlags.MemoryMappable, "hops_lost")).MapMemory();
            Keep("slots", ConnectSlots.Create());
            HandOver = withHandOver ? Keep("hand_over", Programs.HandOver.Create()) : null;
            if (withMemory)
            {
                Memory = Keep("memory", ConnectionMemory.CreateMap());
            }

            if (networks.Count > 0)
            {
                BpfMap<Ipv6Prefix, byte> trie = Keep(
                    "networks", BpfMap.Create<Ipv6Prefix, byte>(BpfMapType.LpmTrie, networks.Count, BpfMapFlags.NoPreallocation, "hops_networks"));
                foreach (Ipv6Prefix network in networks)
                {
                    trie[network] = 1;
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public BpfRingBuffer Ring { get; }

    /// <summary>The numbers of lost records: one value, mapped into this process, since it is read for each incoming connection.</summary>
    public MappedArray<Counters> Lost { get; }

    public BpfMap? HandOver { get; }

    /// <summary>The entries of connections, or null if there are none.</summary>
    public BpfSocketStorage<ConnectionMemory.Entry>? Memory { get; }

    /// <summary>The maps, by their names in the texts of the programs.</summary>
    public Dictionary<string, BpfMap> Named { get; } = [];

    public void Dispose()
    {
        // Null if the constructor failed before.
        Lost?.Dispose();
        _all.ForEach(static map => map.Dispose());
    }

    /// <summary>In the order of <see cref="LostRecords"/>.</summary>
    public readonly record struct Counters(ulong Connections, ulong Bound);

    private T Keep<T>(string name, T map)
        where T : BpfMap
    {
        _all.Add(map);
        Named.Add(name, map);
        return map;
    }
}
