using Ebpf.Maps;

namespace Ebpf.Instructions;

/// <summary>A map that a program refers to, and its name in the listing.</summary>
internal readonly record struct MapReference(BpfMap Map, string? Name)
{
    /// <returns>The reason why a program cannot load the address of the map's first value; null if it can.</returns>
    /// <remarks>The kernel asks the map (<c>map_direct_value_addr</c>): of the types here only an array with one entry supports it.</remarks>
    public static string? FindFaultOfValue(BpfMap map) => map is { Type: BpfMapType.Array, MaxEntries: 1 }
        ? null
        : $"Only an array with one entry has a value at a fixed address, and {(map.Name is null ? "this map" : $"'{map.Name}'")} is "
            + (map.Type == BpfMapType.Array ? $"an array with {map.MaxEntries} entries" : $"a map of type {map.Type}")
            + ": look the value up with bpf_map_lookup_elem.";
}
