using System.Runtime.CompilerServices;
using Ebpf.SystemCalls;
using Ebpf.TypeInformation;

namespace Ebpf.Maps;

/// <summary>The type information that the kernel requires of a map that stores values with sockets: a key of 32 bits, and a value of the map's size.</summary>
internal static class StorageTypes
{
    /// <summary>The id of the key's type in the types that <see cref="Load"/> loads.</summary>
    public const uint Key = 1;

    /// <summary>The id of the value's type.</summary>
    public const uint Value = 2;

    /// <exception cref="BpfException">The kernel refused.</exception>
    public static FileDescriptor Load<TValue>(string what)
        where TValue : unmanaged => BtfLoader.Load(Describe<TValue>(), what);

    /// <summary>
    /// Integers are described as integers, so that the kernel's tools print them as numbers; any other type as bytes under its name, because finding its fields
    /// would need reflection, which trimming breaks.
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
            // A type may refer to types that follow it.
            _ = types.AddStructure(NameOf(typeof(TValue)), size, ("bytes", 4, 0));
            int element = types.AddInteger("u8", 1);
            _ = types.AddArray(element, (int)Key, size);
        }

        return types.ToBytes();
    }

    /// <summary>Returns the type's name as a C identifier, the only form that the kernel accepts.</summary>
    private static string NameOf(Type type) => string.Concat(type.Name.Take(63).Select(static (c, i) =>
        char.IsAsciiLetter(c) || (i > 0 && char.IsAsciiDigit(c)) ? c : '_'));
}
