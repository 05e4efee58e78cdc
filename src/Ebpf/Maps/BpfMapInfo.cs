namespace Ebpf.Maps;

/// <summary>What the kernel says of a map.</summary>
public sealed record BpfMapInfo
{
    internal BpfMapInfo()
    {
    }

    /// <summary>The number by which <see cref="BpfMap.OpenById{TKey, TValue}"/> and the kernel's tools find the map; unique until the next boot.</summary>
    public required uint Id { get; init; }

    /// <summary>The kind of map; possibly one that <see cref="BpfMapType"/> has no name for.</summary>
    public required BpfMapType Type { get; init; }

    /// <summary>Bytes in a key.</summary>
    public required uint KeySize { get; init; }

    /// <summary>Bytes in a value: of a per-CPU map, in that of one processor, without padding.</summary>
    public required uint ValueSize { get; init; }

    /// <summary>How many entries fit; of a ring buffer, how many bytes.</summary>
    public required uint MaxEntries { get; init; }

    /// <summary>How the map was made, without what concerned one descriptor only.</summary>
    public required BpfMapFlags Flags { get; init; }

    /// <summary>The map's name, or null if it has none.</summary>
    public required string? Name { get; init; }

    /// <summary>Whether <see cref="BpfMap.Freeze"/> was called, here or elsewhere; false also where <c>/proc</c> does not say. Linux 5.2.</summary>
    public required bool IsFrozen { get; init; }
}
