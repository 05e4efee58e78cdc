namespace Ebpf.Maps;

/// <summary>Specifies options for creating a map (<c>BPF_F_…</c> of <c>BPF_MAP_CREATE</c>).</summary>
[Flags]
public enum BpfMapFlags
{
    /// <summary>No options.</summary>
    None = 0,

    /// <summary>Hash entries are allocated when they are added, not when the map is created. Linux 4.6; not for LRU maps.</summary>
    NoPreallocation = 1 << 0,

    /// <summary>
    /// An LRU map has a separate list of free entries for each processor. This is faster, but an entry may be evicted while another processor has free entries.
    /// Linux 4.10.
    /// </summary>
    NoCommonLru = 1 << 1,

    /// <summary>The descriptor that the creation returns is read-only. Other descriptors of the map may have more access. Linux 4.15.</summary>
    ReadOnly = 1 << 3,

    /// <summary>The descriptor that the creation returns is write-only. Other descriptors of the map may have more access. Linux 4.15.</summary>
    WriteOnly = 1 << 4,

    /// <summary>The map is read-only for all programs. Linux 5.2.</summary>
    ProgramsOnlyRead = 1 << 7,

    /// <summary>The map is write-only for all programs. Linux 5.2.</summary>
    ProgramsOnlyWrite = 1 << 8,

    /// <summary>A socket that a listener accepts gets a copy of the listener's value: see <see cref="BpfSocketStorage{TValue}"/>. Linux 5.4.</summary>
    CloneToAccepted = 1 << 9,

    /// <summary>Applications can map the array into their memory: see <see cref="MappedArray{TValue}"/>. Linux 5.5, arrays only.</summary>
    MemoryMappable = 1 << 10,
}
