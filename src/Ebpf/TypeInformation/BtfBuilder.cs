using System.Buffers.Binary;
using System.Text;

namespace Ebpf.TypeInformation;

/// <summary>
/// Writes BTF: the few kinds of types that maps and functions of programs need. Each method returns the new type's id; ids that are passed must exist.
/// </summary>
/// <seealso href="https://docs.kernel.org/bpf/btf.html"/>
internal sealed class BtfBuilder
{
    private const int HeaderSize = 24;
    private const uint Signed = 1 << 24;

    private readonly List<byte> _types = [];
    private readonly List<byte> _strings = [0];
    private int _count;

    /// <param name="name">A C identifier.</param>
    /// <param name="size">1, 2, 4, 8 or 16 bytes.</param>
    /// <param name="isSigned">True if it is signed.</param>
    public int AddInteger(string name, int size, bool isSigned = false)
    {
        Begin(name, BtfKind.Integer, 0, size);
        Append((isSigned ? Signed : 0) | (uint)(size * 8));
        return _count;
    }

    /// <param name="type">The type of the target; 0 is <c>void</c>.</param>
    public int AddPointer(int type) => Begin(null, BtfKind.Pointer, 0, type);

    /// <param name="element">The type of an element.</param>
    /// <param name="index">The type of an index: an integer.</param>
    /// <param name="count">The number of elements.</param>
    public int AddArray(int element, int index, int count)
    {
        Begin(null, BtfKind.Array, 0, 0);
        Append((uint)element);
        Append((uint)index);
        Append((uint)count);
        return _count;
    }

    /// <param name="name">A C identifier.</param>
    /// <param name="size">The size in bytes, including padding.</param>
    /// <param name="members">The members, in ascending order of their offsets in bytes.</param>
    public int AddStructure(string name, int size, params ReadOnlySpan<(string Name, int Type, int Offset)> members)
    {
        Begin(name, BtfKind.Structure, members.Length, size);
        foreach ((string member, int type, int offset) in members)
        {
            Append(Text(member));
            Append((uint)type);
            Append((uint)offset * 8);
        }

        return _count;
    }

    /// <param name="result">The type of the result; 0 is <c>void</c>.</param>
    /// <param name="parameters">The parameters, in order.</param>
    public int AddFunctionPrototype(int result, params ReadOnlySpan<(string Name, int Type)> parameters)
    {
        Begin(null, BtfKind.FunctionPrototype, parameters.Length, result);
        foreach ((string parameter, int type) in parameters)
        {
            Append(Text(parameter));
            Append((uint)type);
        }

        return _count;
    }

    /// <summary>Adds a function that only its own program calls (<c>BTF_FUNC_STATIC</c>).</summary>
    /// <param name="name">A C identifier.</param>
    /// <param name="prototype">The <see cref="BtfKind.FunctionPrototype"/>.</param>
    public int AddFunction(string name, int prototype) => Begin(name, BtfKind.Function, 0, prototype);

    public byte[] ToBytes()
    {
        byte[] header = new byte[HeaderSize];
        BinaryPrimitives.WriteUInt16LittleEndian(header, 0xeb9f);
        header[2] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), HeaderSize);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), _types.Count);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), _types.Count);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(20), _strings.Count);
        return [.. header, .. _types, .. _strings];
    }

    private int Begin(string? name, BtfKind kind, int entries, int sizeOrType)
    {
        Append(name is null ? 0 : Text(name));
        Append(((uint)kind << 24) | (uint)entries);
        Append((uint)sizeOrType);
        return ++_count;
    }

    private uint Text(string name)
    {
        uint offset = (uint)_strings.Count;
        _strings.AddRange(Encoding.ASCII.GetBytes(name));
        _strings.Add(0);
        return offset;
    }

    private void Append(uint word)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, word);
        _types.AddRange(bytes);
    }
}
