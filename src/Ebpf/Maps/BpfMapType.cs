namespace Ebpf.Maps;

/// <summary>What kind of map the kernel makes (<c>enum bpf_map_type</c>).</summary>
public enum BpfMapType
{
    /// <summary>A hash table. A full one refuses new keys. Linux 3.19.</summary>
    Hash = 1,

    /// <summary>An array indexed by a 32-bit number: every entry exists, starts as zeros and cannot be deleted. Linux 3.19.</summary>
    Array = 2,

    /// <summary>A hash table with a value for each processor under each key: see <see cref="BpfPerCpuMap{TKey, TValue}"/>. Linux 4.6.</summary>
    PerCpuHash = 5,

    /// <summary>An array with a value for each processor in each entry: see <see cref="BpfPerCpuMap{TKey, TValue}"/>. Linux 4.6.</summary>
    PerCpuArray = 6,

    /// <summary>A hash table that makes room by dropping entries that were not used for long. Linux 4.10.</summary>
    LruHash = 9,

    /// <summary><see cref="LruHash"/> with a value for each processor under each key. Linux 4.10.</summary>
    LruPerCpuHash = 10,

    /// <summary>A value for each socket, kept with the socket: see <see cref="BpfSocketStorage{TValue}"/>. Linux 5.2.</summary>
    SocketStorage = 24,

    /// <summary>A queue of records that programs fill and one reader empties: see <see cref="BpfRingBuffer"/>. Linux 5.8.</summary>
    RingBuffer = 27,
}
