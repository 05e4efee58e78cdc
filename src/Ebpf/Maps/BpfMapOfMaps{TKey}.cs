namespace Ebpf.Maps;

/// <summary>
/// Maps by key, for programs: <c>bpf_map_lookup_elem</c> gives a map, or 0, in which the program looks further. So the application can put a whole map in the
/// place of another in one step. <see cref="BpfMap.CreateMapOfMaps"/> makes it. Linux 4.12.
/// </summary>
/// <typeparam name="TKey">The key: <see cref="uint"/> for <see cref="BpfMapType.ArrayOfMaps"/>.</typeparam>
public sealed class BpfMapOfMaps<TKey> : BpfDescriptorMap<TKey>
    where TKey : unmanaged
{
    internal BpfMapOfMaps(MapOrigin origin)
        : base(origin)
    {
    }

    /// <summary>
    /// Puts a map under a key, in one step, whatever was there. When this returns, no program uses the former one any more that began before
    /// (<c>maybe_wait_bpf_programs</c>, Linux 5.0).
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="map">A map like the one that this was made with: of its type, sizes and flags, and of arrays of its length. It may be disposed
    /// afterwards.</param>
    /// <exception cref="BpfException">
    /// The kernel refused: the map is not like the template (<see cref="Errno.EINVAL"/>), the hash table is full or there is no such place
    /// (<see cref="Errno.E2BIG"/>).
    /// </exception>
    public void Set(TKey key, BpfMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        Put(key, map.Descriptor, BpfUpdate.Any);
    }

    /// <summary>Puts a map under a new key of a hash table.</summary>
    /// <returns>False when the key is there already, as every place of an array is.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryAdd(TKey key, BpfMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Type == BpfMapType.HashOfMaps && Put(key, map.Descriptor, BpfUpdate.IfAbsent);
    }

    /// <summary>The id of the map under a key: <see cref="BpfMap.OpenById"/> opens it.</summary>
    /// <returns>False where there is none.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryGetMapId(TKey key, out uint id)
    {
        bool found = TryGetNumber(key, out ulong number);
        id = (uint)number;
        return found;
    }
}
