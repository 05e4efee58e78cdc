using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ebpf.Maps;

/// <summary>The memory layout of the values of one key: one after another, each padded to 8 bytes (<c>bpf_percpu_hash_copy</c>).</summary>
internal static class PerCpuValues<TValue>
    where TValue : unmanaged
{
    /// <summary>The size of the values of one key in bytes.</summary>
    public static int Size => checked(Stride * PossibleProcessors.Count);

    private static int Stride => (Unsafe.SizeOf<TValue>() + 7) & ~7;

    public static void Pad(ReadOnlySpan<TValue> values, Span<byte> padded)
    {
        padded.Clear();
        for (int i = 0; i < values.Length; i++)
        {
            MemoryMarshal.Write(padded[(i * Stride)..], in values[i]);
        }
    }

    public static void Unpad(ReadOnlySpan<byte> padded, Span<TValue> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = MemoryMarshal.Read<TValue>(padded[(i * Stride)..]);
        }
    }
}
