using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ebpf.Tests.SystemCalls;

/// <summary>Finds the offsets of the fields of a structure by filling them one by one: the runtime's actual layout, including inner arrays.</summary>
internal static class MemoryLayout
{
    /// <summary>The fields in order, but for padding (private fields).</summary>
    public static IEnumerable<(string Name, int Offset, int Size)> Of<T>()
        where T : unmanaged
    {
        foreach (FieldInfo field in typeof(T).GetFields(BindingFlags.Instance | BindingFlags.Public))
        {
            object boxed = default(T);
            field.SetValue(boxed, Ones(field.FieldType));
            T filled = (T)boxed;
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in filled));
            int offset = bytes.IndexOf((byte)0xff);
            yield return (field.Name, offset, bytes.Count((byte)0xff));
        }
    }

    private static object Ones(Type type) => type.IsPointer
        ? BoxedPointer(type)
        : typeof(MemoryLayout).GetMethod(nameof(OnesOf), BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(type).Invoke(null, null)!;

    private static unsafe object BoxedPointer(Type type) => Pointer.Box((void*)-1, type);

    private static T OnesOf<T>()
        where T : unmanaged
    {
        Unsafe.SkipInit(out T value);
        MemoryMarshal.AsBytes(new Span<T>(ref value)).Fill(0xff);
        return value;
    }
}
