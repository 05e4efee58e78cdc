using Ebpf.SystemCalls;

namespace Ebpf.Maps;

/// <summary>
/// Represents a map with keys of <typeparamref name="TKey"/> and values of <typeparamref name="TValue"/>. All members are thread-safe, and throw
/// <see cref="ObjectDisposedException"/> after the map is disposed.
/// </summary>
/// <typeparam name="TKey">The type of the keys, with the layout that programs use.</typeparam>
/// <typeparam name="TValue">The type of the values, with the layout that programs use.</typeparam>
public sealed unsafe partial class BpfMap<TKey, TValue> : BpfMap
    where TKey : unmanaged
    where TValue : unmanaged
{
    internal BpfMap(MapOrigin origin)
        : base(origin)
    {
    }

    /// <summary>Gets or sets the value of a key.</summary>
    /// <exception cref="KeyNotFoundException">Reading: the key does not exist.</exception>
    /// <exception cref="BpfException">The kernel refused: writing to a full hash map, or beyond the end of an array, is <see cref="Errno.E2BIG"/>.</exception>
    public TValue this[TKey key]
    {
        get => TryGetValue(key, out TValue value) ? value : throw new KeyNotFoundException($"Key {key} is not in {Describe()}.");
        set => Update(key, value, BpfUpdate.Any);
    }

    /// <summary>Gets the value of a key; in an <see cref="BpfMapType.LpmTrie"/>, the value of the longest prefix that matches the key.</summary>
    /// <returns>True if the key exists; otherwise, false.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryGetValue(TKey key, out TValue value)
    {
        value = default;
        using DescriptorLease lease = new(Descriptor);
        fixed (TValue* valuePointer = &value)
        {
            Bpf.MapElementAttributes attributes = new() { MapDescriptor = (uint)lease.Number, Key = (ulong)&key, Value = (ulong)valuePointer };
            return Succeeded(BpfCommand.MapLookupElement, "Looking up a key in", Bpf.MapLookupElement(ref attributes), falseFor: Errno.ENOENT);
        }
    }

    /// <summary>Adds a value under a new key.</summary>
    /// <returns>True if the value was added; false if the key exists already.</returns>
    /// <exception cref="BpfException">
    /// The kernel refused, for example because the map is full (<see cref="Errno.E2BIG"/>). Kernels before 6.13 ignore the condition in an
    /// <see cref="BpfMapType.LpmTrie"/>; on those kernels this method refuses to write.
    /// </exception>
    public bool TryAdd(TKey key, TValue value) => Update(key, value, BpfUpdate.IfAbsent);

    /// <summary>Replaces the value of an existing key.</summary>
    /// <returns>True if the value was replaced; false if the key does not exist.</returns>
    /// <exception cref="BpfException">The kernel refused; for an <see cref="BpfMapType.LpmTrie"/> see <see cref="TryAdd"/>.</exception>
    public bool TryReplace(TKey key, TValue value) => Update(key, value, BpfUpdate.IfPresent);

    /// <summary>Deletes a key.</summary>
    /// <returns>True if the key existed; otherwise, false.</returns>
    /// <exception cref="BpfException">The kernel refused: entries of an array cannot be deleted (<see cref="Errno.EINVAL"/>).</exception>
    public bool Remove(TKey key)
    {
        using DescriptorLease lease = new(Descriptor);
        Bpf.MapElementAttributes attributes = new() { MapDescriptor = (uint)lease.Number, Key = (ulong)&key };
        return Succeeded(BpfCommand.MapDeleteElement, "Deleting a key from", Bpf.MapDeleteElement(ref attributes), falseFor: Errno.ENOENT);
    }

    /// <summary>Gets the value of a key and deletes the key atomically: no other thread or program gets the same value. Linux 5.14, hash maps.</summary>
    /// <returns>True if the key existed; otherwise, false.</returns>
    /// <exception cref="BpfException">The kernel refused: entries of an array cannot be deleted.</exception>
    public bool TryTake(TKey key, out TValue value)
    {
        value = default;
        using DescriptorLease lease = new(Descriptor);
        fixed (TValue* valuePointer = &value)
        {
            Bpf.MapElementAttributes attributes = new() { MapDescriptor = (uint)lease.Number, Key = (ulong)&key, Value = (ulong)valuePointer };
            return Succeeded(BpfCommand.MapLookupAndDeleteElement, "Taking a key from", Bpf.MapLookupAndDeleteElement(ref attributes), falseFor: Errno.ENOENT);
        }
    }

    /// <summary>Gets the first key in the kernel's order.</summary>
    /// <returns>True if there is one; false if the map is empty.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryGetFirstKey(out TKey first) => TryGetNextKey(null, out first);

    /// <summary>
    /// Gets the key after <paramref name="key"/> in the kernel's order. If <paramref name="key"/> is no longer in a hash map, the kernel returns the first key.
    /// </summary>
    /// <returns>True if there is one; false if <paramref name="key"/> is the last.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryGetNextKey(TKey key, out TKey next) => TryGetNextKey(&key, out next);

    /// <summary>
    /// Gets all entries for <c>foreach</c>, read in batches. Entries may be added and deleted during the enumeration; an entry that exists throughout is
    /// returned exactly once. (An <see cref="BpfMapType.LpmTrie"/> is enumerated from key to key, and deletions may make the enumeration start over.) Linux
    /// 5.6.
    /// </summary>
    /// <exception cref="BpfException">While iterating: the kernel refused.</exception>
    public BpfMapEntries<TKey, TValue> Entries => new(this);

    /// <summary>Maps the array into memory, so that reading a value needs no system call. Linux 5.5.</summary>
    /// <param name="writable">True to map the array for reading and writing; false for reading only.</param>
    /// <exception cref="InvalidOperationException">The map was not created as an array with <see cref="BpfMapFlags.MemoryMappable"/>.</exception>
    /// <exception cref="BpfException">
    /// The kernel refused: a frozen map cannot be mapped for writing (<see cref="Errno.EPERM"/>), and a descriptor for reading only cannot be mapped.
    /// </exception>
    public MappedArray<TValue> MapMemory(bool writable = false)
    {
        if (Type != BpfMapType.Array || !Flags.HasFlag(BpfMapFlags.MemoryMappable))
        {
            throw new InvalidOperationException(
                $"Only an array made with {nameof(BpfMapFlags.MemoryMappable)} can be mapped into memory; this is {Describe()}.");
        }

        return MappedArray<TValue>.Map(this, writable);
    }

    /// <summary>For <see cref="LpmTrieConditions"/>, which tests whether the kernel obeys the condition.</summary>
    internal bool TryAddUnchecked(TKey key, TValue value) => UpdateUnchecked(key, value, BpfUpdate.IfAbsent);

    private bool Update(TKey key, TValue value, BpfUpdate update)
    {
        if (update != BpfUpdate.Any && Type == BpfMapType.LpmTrie && !LpmTrieConditions.Hold)
        {
            throw new BpfException(
                BpfCommand.MapUpdateElement, Errno.EOPNOTSUPP, $"Writing to {Describe()} under a condition",
                "LPM tries of this kernel ignore the condition (fixed in Linux 6.13)");
        }

        return UpdateUnchecked(key, value, update);
    }

    private bool UpdateUnchecked(TKey key, TValue value, BpfUpdate update)
    {
        using DescriptorLease lease = new(Descriptor);
        Bpf.MapElementAttributes attributes = new() { MapDescriptor = (uint)lease.Number, Key = (ulong)&key, Value = (ulong)&value, Flags = (ulong)update };
        return Succeeded(BpfCommand.MapUpdateElement, "Writing to", Bpf.MapUpdateElement(ref attributes), falseFor: AnswerWhenUnmet(update));
    }

    private bool TryGetNextKey(TKey* key, out TKey next)
    {
        next = default;
        using DescriptorLease lease = new(Descriptor);
        fixed (TKey* nextPointer = &next)
        {
            Bpf.MapElementAttributes attributes = new() { MapDescriptor = (uint)lease.Number, Key = (ulong)key, Value = (ulong)nextPointer };
            return Succeeded(BpfCommand.MapGetNextKey, "Finding the next key of", Bpf.MapGetNextKey(ref attributes), falseFor: Errno.ENOENT);
        }
    }
}
