using System.Runtime.CompilerServices;
using Ebpf.SystemCalls;
using Ebpf.TypeInformation;

namespace Ebpf.Maps;

/// <summary>The types that the kernel wants of a map that keeps values with sockets: a key of 32 bits, and a value of the map's size.</summary>
internal static class StorageTypes
{
    /// <summary>The ids of the types in what <see cref="Load"/> describes.</summary>
    public const uint Key = 1;

    /// <summary>The id of the value's type.</summary>
    public const uint Value = 2;

    /// <exception cref="BpfException">The kernel refused.</exception>
    public static FileDescriptor Load<TValue>(string what)
        where TValue : unmanaged => BtfLoader.Load(Describe<TValue>(), what);

    /// <summary>
    /// Integers are described as what they are, so that the kernel's tools print them as numbers; anything else as bytes under the name of the type. To find
    /// its fields would take reflection, which trimming breaks.
    /// </summary>
    internal static byte[] Describe<TValue>()
        where TValue : unmanaged
    {
        BtfBuilder types = new();
        _ = types.AddInteger("int", sizeof(int), isSigned: true);
        int size = Unsafe.SizeOf<TValue>();
        TypeCode code = Type.GetTypeCode(typeof(TValue));
        if (code is >= TypeCode.SByte and <= TypeCode.UInt64)
        {
            bool isSigned = code is TypeCode.SByte or TypeCode.Int16 or TypeCode.Int32 or TypeCode.Int64;
            _ = types.AddInteger($"{(isSigned ? "s" : "u")}{size * 8}", size, isSigned);
        }
        else
        {
            // A type may refer to those that follow it.
            _ = types.AddStructure(NameOf(typeof(TValue)), size, ("bytes", 4, 0));
            int element = types.AddInteger("u8", 1);
            _ = types.AddArray(element, (int)Key, size);
        }

        return types.ToBytes();
    }

    /// <summary>The type's name as an identifier of C, of which the kernel takes no other.</summary>
    private static string NameOf(Type type) => string.Concat(type.Name.Take(63).Select(static (c, i) =>
        char.IsAsciiLetter(c) || (i > 0 && char.IsAsciiDigit(c)) ? c : '_'));
}
