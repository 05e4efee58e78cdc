namespace Ebpf.Maps;

/// <summary>What kind of map the kernel makes (<c>enum bpf_map_type</c>).</summary>
public enum BpfMapType
{
    /// <summary>A hash table. A full one refuses new keys. Linux 3.19.</summary>
    Hash = 1,

    /// <summary>An array indexed by a 32-bit number: every entry exists, starts as zeros and cannot be deleted. Linux 3.19.</summary>
    Array = 2,

    /// <summary>A hash table that makes room by dropping entries that were not used for long. Linux 4.10.</summary>
    LruHash = 9,
}
