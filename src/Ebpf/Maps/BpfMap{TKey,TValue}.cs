using Ebpf.SystemCalls;

namespace Ebpf.Maps;

/// <summary>
/// A map with keys of <typeparamref name="TKey"/> and values of <typeparamref name="TValue"/>. All members may be called from any thread, and throw
/// <see cref="ObjectDisposedException"/> once it is disposed.
/// </summary>
/// <typeparam name="TKey">The key, as it lies in memory.</typeparam>
/// <typeparam name="TValue">The value, as it lies in memory.</typeparam>
public sealed unsafe partial class BpfMap<TKey, TValue> : BpfMap
    where TKey : unmanaged
    where TValue : unmanaged
{
    internal BpfMap(MapOrigin origin)
        : base(origin)
    {
    }

    /// <summary>The value of a key.</summary>
    /// <exception cref="KeyNotFoundException">Reading: the key is not there.</exception>
    /// <exception cref="BpfException">The kernel refused: writing to a full hash map, or beyond the end of an array, is <see cref="Errno.E2BIG"/>.</exception>
    public TValue this[TKey key]
    {
        get => TryGetValue(key, out TValue value) ? value : throw new KeyNotFoundException($"Key {key} is not in {Describe()}.");
        set => Update(key, value, BpfUpdate.Any);
    }

    /// <summary>Looks a key up; in an <see cref="BpfMapType.LpmTrie"/>, the longest prefix that fits it.</summary>
    /// <returns>Whether it is there.</returns>
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

    /// <summary>Writes a value under a new key.</summary>
    /// <returns>False when the key is there already.</returns>
    /// <exception cref="BpfException">
    /// The kernel refused, for example because the map is full (<see cref="Errno.E2BIG"/>). In an <see cref="BpfMapType.LpmTrie"/>, kernels before 6.13
    /// write in any case; they are found out, and refused here.
    /// </exception>
    public bool TryAdd(TKey key, TValue value) => Update(key, value, BpfUpdate.IfAbsent);

    /// <summary>Writes a value in place of another one.</summary>
    /// <returns>False when the key is not there.</returns>
    /// <exception cref="BpfException">The kernel refused; of an <see cref="BpfMapType.LpmTrie"/> as for <see cref="TryAdd"/>.</exception>
    public bool TryReplace(TKey key, TValue value) => Update(key, value, BpfUpdate.IfPresent);

    /// <summary>Deletes a key.</summary>
    /// <returns>Whether it was there.</returns>
    /// <exception cref="BpfException">The kernel refused: entries of an array cannot be deleted (<see cref="Errno.EINVAL"/>).</exception>
    public bool Remove(TKey key)
    {
        using DescriptorLease lease = new(Descriptor);
        Bpf.MapElementAttributes attributes = new() { MapDescriptor = (uint)lease.Number, Key = (ulong)&key };
        return Succeeded(BpfCommand.MapDeleteElement, "Deleting a key from", Bpf.MapDeleteElement(ref attributes), falseFor: Errno.ENOENT);
    }

    /// <summary>Looks a key up and deletes it, in one step: no other thread or program gets the same value. Linux 5.14, hash maps.</summary>
    /// <returns>Whether it was there.</returns>
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

    /// <summary>The first key, in the kernel's order.</summary>
    /// <returns>False when the map is empty.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryGetFirstKey(out TKey first) => TryGetNextKey(null, out first);

    /// <summary>
    /// The key after <paramref name="key"/>, in the kernel's order. If that key is gone from a hash map, the kernel starts anew with the first.
    /// </summary>
    /// <returns>False when <paramref name="key"/> is the last.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryGetNextKey(TKey key, out TKey next) => TryGetNextKey(&key, out next);

    /// <summary>
    /// All entries, for <c>foreach</c>, fetched in batches. Entries may be added and deleted meanwhile, here or elsewhere: one that stays
    /// throughout is seen exactly once. (An <see cref="BpfMapType.LpmTrie"/> is walked from key to key: deletions may have it start over.) Linux 5.6.
    /// </summary>
    /// <exception cref="BpfException">While iterating: the kernel refused.</exception>
    public BpfMapEntries<TKey, TValue> Entries => new(this);

    /// <summary>Maps the array into memory, so that reading a value costs no system call. Linux 5.5.</summary>
    /// <param name="writable">Whether the application wants to write, too.</param>
    /// <exception cref="InvalidOperationException">The map was not made as an array with <see cref="BpfMapFlags.MemoryMappable"/>.</exception>
    /// <exception cref="BpfException">
    /// The kernel refused: a frozen map takes no writable mapping (<see cref="Errno.EPERM"/>), a descriptor for reading only takes none at all.
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

    /// <summary>For <see cref="LpmTrieConditions"/>, which finds out whether the condition counts.</summary>
    internal bool TryAddUnchecked(TKey key, TValue value) => UpdateUnchecked(key, value, BpfUpdate.IfAbsent);

    private bool Update(TKey key, TValue value, BpfUpdate update)
    {
        if (update != BpfUpdate.Any && Type == BpfMapType.LpmTrie && !LpmTrieConditions.Hold)
        {
            throw new BpfException(
                BpfCommand.MapUpdateElement, Errno.EOPNOTSUPP, $"Writing to {Describe()} under a condition",
                "this kernel's LPM tries would write in any case (6.13 mends it)");
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
