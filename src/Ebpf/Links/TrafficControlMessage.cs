using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Ebpf.Links;

/// <summary>A request of rtnetlink(7) about qdiscs and filters: two structures, followed by attributes.</summary>
internal sealed unsafe class TrafficControlMessage
{
    // The longest attribute is the name of a program, with 15 characters.
    private readonly byte[] _bytes = new byte[256];
    private int _length = sizeof(Header) + sizeof(Body);

    public TrafficControlMessage(ushort type, int flags, int interfaceIndex, uint parent, uint information, uint handle)
    {
        MemoryMarshal.Write(_bytes, new Header { Type = type, Flags = (ushort)flags });
        MemoryMarshal.Write(
            _bytes.AsSpan(sizeof(Header)),
            new Body { InterfaceIndex = interfaceIndex, Parent = parent, Information = information, Handle = handle });
    }

    public void Append(ushort attribute, uint value) => Append(attribute, MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in value)));

    public void Append(ushort attribute, ReadOnlySpan<byte> value)
    {
        int start = Begin(attribute);
        value.CopyTo(_bytes.AsSpan(_length));
        _length += value.Length;
        End(start);
    }

    /// <returns>The start of the attribute, for <see cref="End"/>.</returns>
    public int Begin(ushort attribute)
    {
        int start = _length;
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(start + 2), attribute);
        _length += 4;
        return start;
    }

    /// <summary>Ends an attribute. Attributes start at multiples of four bytes; the length does not include the padding.</summary>
    public void End(int start)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(start), (ushort)(_length - start));
        _length = (_length + 3) & ~3;
    }

    public ReadOnlySpan<byte> Finish(uint sequence)
    {
        ref Header header = ref MemoryMarshal.AsRef<Header>(_bytes.AsSpan());
        header.Length = (uint)_length;
        header.Sequence = sequence;
        return _bytes.AsSpan(0, _length);
    }

    /// <summary><c>struct nlmsghdr</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Header
    {
        public uint Length;
        public ushort Type;
        public ushort Flags;
        public uint Sequence;
        public uint Port;
    }

    /// <summary><c>struct tcmsg</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Body
    {
        public byte Family;
        private readonly byte _padding;
        private readonly ushort _padding2;
        public int InterfaceIndex;
        public uint Handle;
        public uint Parent;
        public uint Information;
    }
}
