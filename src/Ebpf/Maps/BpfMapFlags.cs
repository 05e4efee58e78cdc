namespace Ebpf.Maps;

/// <summary>How a map is made (<c>BPF_F_…</c> of <c>BPF_MAP_CREATE</c>).</summary>
[Flags]
public enum BpfMapFlags
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>Allocate hash entries when they are added, not when the map is made. Linux 4.6.</summary>
    NoPreallocation = 1 << 0,

    /// <summary>The application may map the array into its memory: see <see cref="MappedArray{TValue}"/>. Linux 5.5, arrays only.</summary>
    MemoryMappable = 1 << 10,
}
