using System.Runtime.CompilerServices;

namespace Ebpf.Maps;

/// <summary>
/// Represents an array map in this process's memory. Values are read and written without a system call and without an allocation. All members are thread-safe,
/// including <see cref="Dispose"/>.
/// </summary>
/// <remarks> Integers of up to 8 bytes are read and written atomically; structures may not be. The kernel aligns each entry to 8 bytes. </remarks>
/// <typeparam name="TValue">The type of the values.</typeparam>
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

    /// <summary>Gets the number of entries.</summary>
    public int Count { get; }

    private static int Stride => (Unsafe.SizeOf<TValue>() + 7) & ~7;

    /// <summary>Gets or sets an entry.</summary>
    /// <param name="index">The index, from 0 to below <see cref="Count"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is out of range.</exception>
    /// <exception cref="InvalidOperationException">Writing: the array was mapped for reading only.</exception>
    /// <exception cref="ObjectDisposedException">The mapping was disposed.</exception>
    public TValue this[int index]
    {
        get
        {
            byte* entry = Acquire(index);
            TValue value = Unsafe.Read<TValue>(entry);
            // Reads that follow see all values that the program wrote before this entry.
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

    /// <summary>Unmaps the array from this process's memory. The map itself stays.</summary>
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
