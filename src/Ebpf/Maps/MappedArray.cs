using System.Runtime.CompilerServices;

namespace Ebpf.Maps;

/// <summary>
/// An array map in this process's memory: what a program stores is read without a system call and without an allocation.
/// Thread-safe, also against <see cref="Dispose"/>.
/// </summary>
/// <remarks>
/// An integer of up to 8 bytes is read and written in one piece; a structure need not be. The kernel aligns each entry to 8 bytes.
/// </remarks>
/// <typeparam name="TValue">The value.</typeparam>
public sealed unsafe class MappedArray<TValue> : IDisposable
    where TValue : unmanaged
{
    private readonly MemoryMapping _memory;
    private readonly bool _writable;

    private MappedArray(MemoryMapping memory, int count, bool writable)
    {
        _memory = memory;
        _writable = writable;
        Count = count;
    }

    /// <summary>How many entries the array has.</summary>
    public int Count { get; }

    private static int Stride => (Unsafe.SizeOf<TValue>() + 7) & ~7;

    /// <summary>One entry.</summary>
    /// <param name="index">From 0 to below <see cref="Count"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such entry.</exception>
    /// <exception cref="InvalidOperationException">Writing: the array was mapped for reading only.</exception>
    /// <exception cref="ObjectDisposedException">The mapping is gone.</exception>
    public TValue this[int index]
    {
        get
        {
            byte* entry = Acquire(index);
            TValue value = Unsafe.Read<TValue>(entry);
            // What the program wrote before this entry is seen by reads that follow.
            Volatile.ReadBarrier();
            _memory.DangerousRelease();
            return value;
        }

        set
        {
            if (!_writable)
            {
                throw new InvalidOperationException("This array was mapped for reading only: call MapMemory(writable: true).");
            }

            byte* entry = Acquire(index);
            Volatile.WriteBarrier();
            Unsafe.Write(entry, value);
            _memory.DangerousRelease();
        }
    }

    /// <summary>Takes the array out of this process's memory. The map itself stays.</summary>
    public void Dispose() => _memory.Dispose();

    internal static MappedArray<TValue> Map(BpfMap map, bool writable)
    {
        nuint length = checked((nuint)map.MaxEntries * (nuint)Stride);
        Errno error = MemoryMapping.Map(map.Descriptor, offset: 0, length, writable, out MemoryMapping memory);
        return error == Errno.None ? new MappedArray<TValue>(memory, map.MaxEntries, writable) : throw MapRefusal.ExplainMapping(map, writable, error);
    }

    private byte* Acquire(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        bool held = false;
        _memory.DangerousAddRef(ref held);
        return (byte*)_memory.DangerousGetHandle() + ((nint)index * Stride);
    }
}
