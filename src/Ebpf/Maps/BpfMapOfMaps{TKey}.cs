namespace Ebpf.Maps;

/// <summary>
/// Represents a map whose values are maps. In a program, <c>bpf_map_lookup_elem</c> returns the inner map, or 0, for a second lookup. An application can
/// replace a whole inner map atomically. <see cref="BpfMap.CreateMapOfMaps"/> creates such a map. Linux 4.12.
/// </summary>
/// <typeparam name="TKey">The type of the keys: <see cref="uint"/> for <see cref="BpfMapType.ArrayOfMaps"/>.</typeparam>
public sealed class BpfMapOfMaps<TKey> : BpfDescriptorMap<TKey>
    where TKey : unmanaged
{
    internal BpfMapOfMaps(MapOrigin origin)
        : base(origin)
    {
    }

    /// <summary>
    /// Sets the map under a key, atomically replacing a map that is there. When this method returns, no running program uses the previous map any more
    /// (<c>maybe_wait_bpf_programs</c>, Linux 5.0).
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="map">A map with the type, sizes and flags, and for arrays the length, of the template. It may be disposed after the call.</param>
    /// <exception cref="BpfException">
    /// The kernel refused: the map is not like the template (<see cref="Errno.EINVAL"/>), the hash table is full, or the index is out of range
    /// (<see cref="Errno.E2BIG"/>).
    /// </exception>
    public void Set(TKey key, BpfMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        Put(key, map.Descriptor, BpfUpdate.Any);
    }

    /// <summary>Adds a map under a new key of a hash table.</summary>
    /// <returns>True if the map was added; false if the key exists already, as every key of an array does.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryAdd(TKey key, BpfMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Type == BpfMapType.HashOfMaps && Put(key, map.Descriptor, BpfUpdate.IfAbsent);
    }

    /// <summary>Gets the id of the map under a key, for <see cref="BpfMap.OpenById"/>.</summary>
    /// <returns>True if there is a map; otherwise, false.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryGetMapId(TKey key, out uint id)
    {
        bool found = TryGetNumber(key, out ulong number);
        id = (uint)number;
        return found;
    }
}
