using System.Buffers;
using Ebpf.SystemCalls;

namespace Ebpf.Maps;

/// <summary>
/// Represents a map that has a value for each processor under each key. A program accesses the value of the processor that it runs on, without atomic
/// instructions; the application accesses all values. All members are thread-safe, and throw <see cref="ObjectDisposedException"/> after the map is disposed.
/// </summary>
/// <remarks>
/// There is a value for each <em>possible</em> processor, not only for those online: a processor that is offline may have written its value before, and one
/// that is not plugged in yet may be added. The kernel copies all values, so buffers need <see cref="ProcessorCount"/> values, not
/// <see cref="Environment.ProcessorCount"/>.
/// </remarks>
/// <typeparam name="TKey">The type of the keys, with the layout that programs use.</typeparam>
/// <typeparam name="TValue">The type of the value of one processor, with the layout that programs use.</typeparam>
public sealed unsafe class BpfPerCpuMap<TKey, TValue> : BpfMap
    where TKey : unmanaged
    where TValue : unmanaged
{
    private const int OnStack = 1024;

    internal BpfPerCpuMap(MapOrigin origin)
        : base(origin)
    {
    }

    /// <summary>
    /// Gets the number of possible processors on this machine (<c>/sys/devices/system/cpu/possible</c>), which is the number of values under each key.
    /// </summary>
#pragma warning disable CA1822 // Callers expect it on the map.
    public int ProcessorCount => PossibleProcessors.Count;
#pragma warning restore CA1822

    /// <summary>
    /// Gets all entries for <c>foreach</c>, read in batches. Entries may be added and deleted during the enumeration; an entry that exists throughout is
    /// returned exactly once. Hash maps: Linux 5.6; arrays: 5.13.
    /// </summary>
    /// <exception cref="BpfException">While iterating: the kernel refused.</exception>
    public BpfPerCpuMapEntries<TKey, TValue> Entries => new(this);

    /// <summary>Gets the values of a key. Allocates nothing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="values">Receives <see cref="ProcessorCount"/> values; the first is that of processor 0.</param>
    /// <returns>True if the key exists; otherwise, false.</returns>
    /// <exception cref="ArgumentException"><paramref name="values"/> has another length.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryGetValues(TKey key, Span<TValue> values) => Receive(take: false, key, values);

    /// <summary>
    /// Gets the values of a key and deletes the key atomically. Changes that a program on another processor makes at that moment may be lost. Allocates
    /// nothing. Linux 5.14, hash maps.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="values">Receives <see cref="ProcessorCount"/> values; the first is that of processor 0.</param>
    /// <returns>True if the key existed; otherwise, false.</returns>
    /// <exception cref="ArgumentException"><paramref name="values"/> has another length.</exception>
    /// <exception cref="BpfException">The kernel refused: entries of an array cannot be deleted.</exception>
    public bool TryTake(TKey key, Span<TValue> values) => Receive(take: true, key, values);

    /// <summary>Adds a key with the values of all processors, or replaces its values. Allocates nothing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="values"><see cref="ProcessorCount"/> values; the first is that of processor 0.</param>
    /// <exception cref="ArgumentException"><paramref name="values"/> has another length.</exception>
    /// <exception cref="BpfException">The kernel refused, for example because the map is full (<see cref="Errno.E2BIG"/>).</exception>
    public void Set(TKey key, ReadOnlySpan<TValue> values) => Update(key, values, BpfUpdate.Any);

    /// <summary>Adds a new key with the values of all processors. Allocates nothing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="values"><see cref="ProcessorCount"/> values; the first is that of processor 0.</param>
    /// <returns>True if the key was added; false if it exists already.</returns>
    /// <exception cref="ArgumentException"><paramref name="values"/> has another length.</exception>
    /// <exception cref="BpfException">The kernel refused, for example because the map is full (<see cref="Errno.E2BIG"/>).</exception>
    public bool TryAdd(TKey key, ReadOnlySpan<TValue> values) => Update(key, values, BpfUpdate.IfAbsent);

    /// <summary>Replaces the values of an existing key for all processors. Allocates nothing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="values"><see cref="ProcessorCount"/> values; the first is that of processor 0.</param>
    /// <returns>True if the values were replaced; false if the key does not exist.</returns>
    /// <exception cref="ArgumentException"><paramref name="values"/> has another length.</exception>
    /// <exception cref="BpfException">The kernel refused, for example because the map is full (<see cref="Errno.E2BIG"/>).</exception>
    public bool TryReplace(TKey key, ReadOnlySpan<TValue> values) => Update(key, values, BpfUpdate.IfPresent);

    /// <summary>Deletes a key with all its values.</summary>
    /// <returns>True if the key existed; otherwise, false.</returns>
    /// <exception cref="BpfException">The kernel refused: entries of an array cannot be deleted.</exception>
    public bool Remove(TKey key)
    {
        using DescriptorLease lease = new(Descriptor);
        Bpf.MapElementAttributes attributes = new() { MapDescriptor = (uint)lease.Number, Key = (ulong)&key };
        return Succeeded(BpfCommand.MapDeleteElement, "Deleting a key from", Bpf.MapDeleteElement(ref attributes), falseFor: Errno.ENOENT);
    }

    private bool Update(TKey key, ReadOnlySpan<TValue> values, BpfUpdate update)
    {
        ThrowUnlessOneEach(values);
        int size = PerCpuValues<TValue>.Size;
        byte[]? rented = size > OnStack ? ArrayPool<byte>.Shared.Rent(size) : null;
        Span<byte> padded = rented is null ? stackalloc byte[OnStack] : rented;
        PerCpuValues<TValue>.Pad(values, padded);
        try
        {
            using DescriptorLease lease = new(Descriptor);
            fixed (byte* pointer = padded)
            {
                Bpf.MapElementAttributes attributes = new()
                {
                    MapDescriptor = (uint)lease.Number,
                    Key = (ulong)&key,
                    Value = (ulong)pointer,
                    Flags = (ulong)update,
                };
                return Succeeded(BpfCommand.MapUpdateElement, "Writing to", Bpf.MapUpdateElement(ref attributes), falseFor: AnswerWhenUnmet(update));
            }
        }
        finally
        {
            Return(rented);
        }
    }

    private bool Receive(bool take, TKey key, Span<TValue> values)
    {
        ThrowUnlessOneEach(values);
        int size = PerCpuValues<TValue>.Size;
        byte[]? rented = size > OnStack ? ArrayPool<byte>.Shared.Rent(size) : null;
        Span<byte> padded = rented is null ? stackalloc byte[OnStack] : rented;
        try
        {
            using DescriptorLease lease = new(Descriptor);
            fixed (byte* pointer = padded)
            {
                Bpf.MapElementAttributes attributes = new() { MapDescriptor = (uint)lease.Number, Key = (ulong)&key, Value = (ulong)pointer };
                bool found = take
                    ? Succeeded(
                        BpfCommand.MapLookupAndDeleteElement, "Taking a key from", Bpf.MapLookupAndDeleteElement(ref attributes), falseFor: Errno.ENOENT)
                    : Succeeded(BpfCommand.MapLookupElement, "Looking up a key in", Bpf.MapLookupElement(ref attributes), falseFor: Errno.ENOENT);
                if (found)
                {
                    PerCpuValues<TValue>.Unpad(padded, values);
                }

                return found;
            }
        }
        finally
        {
            Return(rented);
        }
    }

    private static void Return(byte[]? rented)
    {
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static void ThrowUnlessOneEach(ReadOnlySpan<TValue> values)
    {
        if (values.Length != PossibleProcessors.Count)
        {
            throw new ArgumentException(
                $"The span must have {PossibleProcessors.Count} values, one for each possible processor, but has {values.Length}.", nameof(values));
        }
    }
}
