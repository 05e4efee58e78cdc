namespace Ebpf.Maps;

/// <summary>Represents the kernel's information about a map.</summary>
public sealed record BpfMapInfo
{
    internal BpfMapInfo()
    {
    }

    /// <summary>Gets the map's id, for <see cref="BpfMap.OpenById{TKey, TValue}"/> and the kernel's tools. It is unique until the next boot.</summary>
    public required uint Id { get; init; }

    /// <summary>Gets the type of the map, which may be one that <see cref="BpfMapType"/> does not define.</summary>
    public required BpfMapType Type { get; init; }

    /// <summary>Gets the size of a key in bytes.</summary>
    public required uint KeySize { get; init; }

    /// <summary>Gets the size of a value in bytes; for a per-CPU map, of the value of one processor without padding.</summary>
    public required uint ValueSize { get; init; }

    /// <summary>Gets the maximum number of entries; for a ring buffer its size in bytes.</summary>
    public required uint MaxEntries { get; init; }

    /// <summary>Gets the options with which the map was created, without those that apply to one descriptor only.</summary>
    public required BpfMapFlags Flags { get; init; }

    /// <summary>Gets the map's name, or null if it has none.</summary>
    public required string? Name { get; init; }

    /// <summary>
    /// Gets a value indicating whether the map is frozen (<see cref="BpfMap.Freeze"/>). False also if the information comes from <c>/proc</c> and is missing
    /// there. Linux 5.2.
    /// </summary>
    public required bool IsFrozen { get; init; }
}
