using System.Buffers;
using Ebpf.SystemCalls;

namespace Ebpf.Maps;

/// <summary>
/// A map that has under each key a value for each processor: a program sees that of the processor it runs on and needs no atomic instructions, the application
/// sees all. All members may be called from any thread, and throw <see cref="ObjectDisposedException"/> once it is disposed.
/// </summary>
/// <remarks>
/// There is a value for each <em>possible</em> processor, not for each that is online: one that is offline may have counted something before, and one that is
/// not plugged in yet may come. The kernel copies all of them, so <see cref="ProcessorCount"/> is what fits it,
/// and <see cref="Environment.ProcessorCount"/> is not.
/// </remarks>
/// <typeparam name="TKey">The key, as it lies in memory.</typeparam>
/// <typeparam name="TValue">The value of one processor, as it lies in memory.</typeparam>
public sealed unsafe class BpfPerCpuMap<TKey, TValue> : BpfMap
    where TKey : unmanaged
    where TValue : unmanaged
{
    private const int OnStack = 1024;

    internal BpfPerCpuMap(MapOrigin origin)
        : base(origin)
    {
    }

    /// <summary>How many processors are possible on this machine (<c>/sys/devices/system/cpu/possible</c>): how many values each key has.</summary>
#pragma warning disable CA1822 // What a caller asks of its map.
    public int ProcessorCount => PossibleProcessors.Count;
#pragma warning restore CA1822

    /// <summary>
    /// All entries, for <c>foreach</c>, fetched in batches. Entries may be added and deleted meanwhile: one that stays throughout is seen exactly once. Hash
    /// maps: Linux 5.6; arrays: 5.13.
    /// </summary>
    /// <exception cref="BpfException">While iterating: the kernel refused.</exception>
    public BpfPerCpuMapEntries<TKey, TValue> Entries => new(this);

    /// <summary>Looks a key up. Allocates nothing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="values">Room for <see cref="ProcessorCount"/> values; the first is processor 0's.</param>
    /// <returns>Whether it is there.</returns>
    /// <exception cref="ArgumentException"><paramref name="values"/> has another length.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryGetValues(TKey key, Span<TValue> values) => Receive(take: false, key, values);

    /// <summary>
    /// Looks a key up and deletes it, in one step. What a program on another processor adds at that moment may be lost. Allocates nothing.
    /// Linux 5.14, hash maps.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="values">Room for <see cref="ProcessorCount"/> values; the first is processor 0's.</param>
    /// <returns>Whether it was there.</returns>
    /// <exception cref="ArgumentException"><paramref name="values"/> has another length.</exception>
    /// <exception cref="BpfException">The kernel refused: entries of an array cannot be deleted.</exception>
    public bool TryTake(TKey key, Span<TValue> values) => Receive(take: true, key, values);

    /// <summary>Writes the values of all processors. Allocates nothing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="values"><see cref="ProcessorCount"/> values; the first is for processor 0.</param>
    /// <exception cref="ArgumentException"><paramref name="values"/> has another length.</exception>
    /// <exception cref="BpfException">The kernel refused, for example because the map is full (<see cref="Errno.E2BIG"/>).</exception>
    public void Set(TKey key, ReadOnlySpan<TValue> values) => Update(key, values, BpfUpdate.Any);

    /// <summary>Writes the values of all processors under a new key. Allocates nothing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="values"><see cref="ProcessorCount"/> values; the first is for processor 0.</param>
    /// <returns>False when the key is there already.</returns>
    /// <exception cref="ArgumentException"><paramref name="values"/> has another length.</exception>
    /// <exception cref="BpfException">The kernel refused, for example because the map is full (<see cref="Errno.E2BIG"/>).</exception>
    public bool TryAdd(TKey key, ReadOnlySpan<TValue> values) => Update(key, values, BpfUpdate.IfAbsent);

    /// <summary>Writes the values of all processors in place of others. Allocates nothing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="values"><see cref="ProcessorCount"/> values; the first is for processor 0.</param>
    /// <returns>False when the key is not there.</returns>
    /// <exception cref="ArgumentException"><paramref name="values"/> has another length.</exception>
    /// <exception cref="BpfException">The kernel refused, for example because the map is full (<see cref="Errno.E2BIG"/>).</exception>
    public bool TryReplace(TKey key, ReadOnlySpan<TValue> values) => Update(key, values, BpfUpdate.IfPresent);

    /// <summary>Deletes a key with all its values.</summary>
    /// <returns>Whether it was there.</returns>
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
                $"There is a value for each of {PossibleProcessors.Count} possible processors; here is room for {values.Length}.", nameof(values));
        }
    }
}
