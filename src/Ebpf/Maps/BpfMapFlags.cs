namespace Ebpf.Maps;

/// <summary>How a map is made (<c>BPF_F_…</c> of <c>BPF_MAP_CREATE</c>).</summary>
[Flags]
public enum BpfMapFlags
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>Allocate hash entries when they are added, not when the map is made. Linux 4.6; not for LRU maps.</summary>
    NoPreallocation = 1 << 0,

    /// <summary>
    /// An LRU map keeps a list of free entries for each processor, not one for all: faster, and a key may be dropped while another processor has room.
    /// Linux 4.10.
    /// </summary>
    NoCommonLru = 1 << 1,

    /// <summary>The descriptor that creation gives may only read; who opens the map elsewhere may ask for more. Linux 4.15.</summary>
    ReadOnly = 1 << 3,

    /// <summary>The descriptor that creation gives may only write; who opens the map elsewhere may ask for more. Linux 4.15.</summary>
    WriteOnly = 1 << 4,

    /// <summary>Programs may only read the map, whoever loads them. Linux 5.2.</summary>
    ProgramsOnlyRead = 1 << 7,

    /// <summary>Programs may only write the map, whoever loads them. Linux 5.2.</summary>
    ProgramsOnlyWrite = 1 << 8,

    /// <summary>A socket that a listener accepts begins with a copy of the listener's value: see <see cref="BpfSocketStorage{TValue}"/>. Linux 5.4.</summary>
    CloneToAccepted = 1 << 9,

    /// <summary>The application may map the array into its memory: see <see cref="MappedArray{TValue}"/>. Linux 5.5, arrays only.</summary>
    MemoryMappable = 1 << 10,
}
