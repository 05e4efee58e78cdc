using Ebpf.Maps;

namespace Hops.Host.Programs;

/// <summary>The memory that the programs of a watch share with it.</summary>
internal sealed class WatchMaps : IDisposable
{
    private readonly List<BpfMap> _all = [];

    /// <param name="ringCapacity">In bytes: see <see cref="BpfRingBuffer.Create"/>.</param>
    /// <param name="withHandOver">Whether ingress hands TTLs over.</param>
    /// <param name="withMemory">Whether something is kept of each connection.</param>
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

    /// <summary>One value, in this process's memory: it is looked at for each incoming connection.</summary>
    public MappedArray<Counters> Lost { get; }

    public BpfMap? HandOver { get; }

    /// <summary>What is kept of each connection, if something is.</summary>
    public BpfSocketStorage<ConnectionMemory.Entry>? Memory { get; }

    /// <summary>The maps by the names that the programs' texts have for them.</summary>
    public Dictionary<string, BpfMap> Named { get; } = [];

    public void Dispose()
    {
        // Null where the constructor did not come that far.
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
