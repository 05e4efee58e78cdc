using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ebpf.Maps;

/// <summary>Records that have the size of one structure.</summary>
internal sealed class FixedSizeRecords<T> : RecordFormat<T>
    where T : unmanaged
{
    public override void Read(ReadOnlySpan<byte> bytes, out T record)
    {
        if (bytes.Length != Unsafe.SizeOf<T>())
        {
            ThrowMisfit(bytes.Length);
        }

        record = MemoryMarshal.Read<T>(bytes);
    }

    private static void ThrowMisfit(int length) => throw new InvalidDataException(
        $"The next record in the ring buffer has {length} bytes, and {typeof(T).Name} has {Unsafe.SizeOf<T>()}. "
        + "It is still there: a reader of records of any size can read it.");
}
