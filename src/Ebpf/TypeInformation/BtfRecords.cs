using System.Buffers.Binary;
using System.Text;

namespace Ebpf.TypeInformation;

/// <summary>
/// The bytes of BTF, and the position of each type in them. Reading checks every record once and creates no objects: afterwards every name is known to be
/// within the strings, every id to be that of a type, and every entry to be complete. Relations between types (chains of <c>typedef</c>, arrays of arrays) are
/// checked on access.
/// </summary>
/// <seealso href="https://docs.kernel.org/bpf/btf.html"/>
internal sealed class BtfRecords
{
    private const ushort Magic = 0xeb9f;
    private const ushort SwappedMagic = 0x9feb;
    private const int HeaderSize = 24;
    private const uint UnknownInfo = 0x60ff_0000;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly (int Start, int Length) _strings;
    private readonly List<int> _positions = [];

    /// <exception cref="BtfFormatException">The bytes are not BTF.</exception>
    public BtfRecords(ReadOnlyMemory<byte> bytes)
    {
        _bytes = bytes;
        (int Start, int Length) types;
        (types, _strings) = FindSections(bytes.Span);
        ReadTypes(bytes.Span, types.Start, types.Start + types.Length);
        _positions.TrimExcess();
    }

    /// <summary>Gets the number of types; their ids are 1 to this number.</summary>
    public int Count => _positions.Count;

    /// <summary>Returns the position of a type in the bytes.</summary>
    public int PositionOf(int id) => _positions[id - 1];

    public BtfKind KindOf(int id) => KindIn(Word(_positions[id - 1] + 4));

    /// <summary>Returns whether the highest bit of the second word is set: a structure has bit fields, an enumeration negative values.</summary>
    public bool HasFlag(int id) => Word(_positions[id - 1] + 4) >> 31 != 0;

    /// <summary>Returns the offset of the type's name in the strings; 0 if it has none.</summary>
    public uint NameOf(int id) => Word(_positions[id - 1]);

    /// <summary>Returns the size, or the id of the type that it refers to.</summary>
    public uint SizeOrTypeOf(int id) => Word(_positions[id - 1] + 8);

    /// <summary>Returns the number of entries: members, values, parameters, variables.</summary>
    public int EntriesOf(int id)
    {
        uint info = Word(_positions[id - 1] + 4);
        return BtfRecordLayout.TryGet(KindIn(info), out BtfRecordLayout layout) && layout.EntrySize > 0 ? (int)(info & 0xffff) : 0;
    }

    /// <summary>Returns a word of the fixed part: for an array, element, index and number of elements.</summary>
    public uint FixedWord(int id, int index) => Word(_positions[id - 1] + BtfRecordLayout.HeadSize + (4 * index));

    /// <summary>Returns a word of an entry.</summary>
    public uint EntryWord(int id, int entry, int index)
    {
        _ = BtfRecordLayout.TryGet(KindOf(id), out BtfRecordLayout layout);
        return Word(_positions[id - 1] + BtfRecordLayout.HeadSize + layout.FixedSize + (entry * layout.EntrySize) + (4 * index));
    }

    /// <summary>Compares a name, in time linear in the given name's length.</summary>
    /// <param name="nameOffset">The offset in the strings.</param>
    /// <param name="name">Without a zero byte.</param>
    public bool IsNamed(uint nameOffset, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> rest = _bytes.Span.Slice(_strings.Start + (int)nameOffset, _strings.Length - (int)nameOffset);
        return rest.Length > name.Length && rest[name.Length] == 0 && rest.StartsWith(name);
    }

    /// <returns>Null for the empty name.</returns>
    public string? TextOf(uint nameOffset)
    {
        ReadOnlySpan<byte> rest = _bytes.Span.Slice(_strings.Start + (int)nameOffset, _strings.Length - (int)nameOffset);
        int length = rest.IndexOf((byte)0);
        return length == 0 ? null : Encoding.UTF8.GetString(rest[..length]);
    }

    private static BtfKind KindIn(uint info) => (BtfKind)((info >> 24) & 0x1f);

    private uint Word(int position) => WordAt(_bytes.Span, position);

    private static uint WordAt(ReadOnlySpan<byte> bytes, int position) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[position..]);

    private static ((int Start, int Length) Types, (int Start, int Length) Strings) FindSections(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize)
        {
            throw new BtfFormatException(0, $"it begins with a header of {HeaderSize} bytes, but there are {bytes.Length}");
        }

        ushort magic = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        if (magic != Magic)
        {
            throw new BtfFormatException(
                0, magic == SwappedMagic ? "it was written for machines of the other byte order" : $"it begins with 0x{Magic:x}, and here is 0x{magic:x}");
        }

        if (bytes[2] != 1 || bytes[3] != 0)
        {
            throw new BtfFormatException(2, $"only version 1 without flags is known, and this is version {bytes[2]} with the flags 0x{bytes[3]:x}");
        }

        uint header = WordAt(bytes, 4);
        if (header < HeaderSize || header > (uint)bytes.Length)
        {
            throw new BtfFormatException(4, $"a header of {header} bytes is too short, or longer than all {bytes.Length} bytes");
        }

        (int Start, int Length) types = Section(bytes, header, 8, "types");
        (int Start, int Length) strings = Section(bytes, header, 16, "strings");
        if (types.Start % 4 != 0)
        {
            throw new BtfFormatException(8, "types begin at a multiple of 4");
        }

        if (strings.Length == 0 || bytes[strings.Start] != 0 || bytes[strings.Start + strings.Length - 1] != 0)
        {
            throw new BtfFormatException(16, "the strings begin with the empty one, and the last ends with a zero");
        }

        return (types, strings);
    }

    private static (int Start, int Length) Section(ReadOnlySpan<byte> bytes, uint header, int field, string what)
    {
        uint offset = WordAt(bytes, field);
        uint length = WordAt(bytes, field + 4);
        return (ulong)header + offset + length <= (ulong)bytes.Length
            ? ((int)(header + offset), (int)length)
            : throw new BtfFormatException(
                field, $"the {what} would be {length} bytes from {(ulong)header + offset} on, and there are {bytes.Length} bytes in all");
    }

    private void ReadTypes(ReadOnlySpan<byte> bytes, int position, int end)
    {
        (uint Id, int Position) highest = default;
        while (position < end)
        {
            if (end - position < BtfRecordLayout.HeadSize)
            {
                throw new BtfFormatException(position, $"a type has {BtfRecordLayout.HeadSize} bytes, but there are {end - position}");
            }

            uint info = WordAt(bytes, position + 4);
            BtfKind kind = KindIn(info);
            if (!BtfRecordLayout.TryGet(kind, out BtfRecordLayout layout) || (info & UnknownInfo) != 0)
            {
                throw new BtfFormatException(position, $"type {_positions.Count + 1} is of a kind that is not known here (0x{info:x8})");
            }

            int entries = layout.EntrySize == 0 ? 0 : (int)(info & 0xffff);
            int start = position + BtfRecordLayout.HeadSize + layout.FixedSize;
            if (start > end || entries * layout.EntrySize > end - start)
            {
                throw new BtfFormatException(position, $"type {_positions.Count + 1}, of kind {kind} with {entries} entries, goes on behind the types' end");
            }

            CheckName(bytes, position);
            if (layout.RefersToType)
            {
                NoteReference(bytes, position + 8, ref highest);
            }

            for (int i = 0; i < layout.FixedReferences; i++)
            {
                NoteReference(bytes, position + BtfRecordLayout.HeadSize + (4 * i), ref highest);
            }

            CheckEntries(bytes.Slice(0, start + (entries * layout.EntrySize)), start, layout, ref highest);
            if (kind is BtfKind.Structure or BtfKind.Union)
            {
                CheckMembers(bytes, position, start, entries);
            }

            _positions.Add(position);
            position = start + (entries * layout.EntrySize);
        }

        if (highest.Id > (uint)_positions.Count)
        {
            throw new BtfFormatException(highest.Position, $"there is no type {highest.Id}, the last is {_positions.Count}");
        }
    }

    private void CheckEntries(ReadOnlySpan<byte> bytes, int position, BtfRecordLayout layout, ref (uint Id, int Position) highest)
    {
        for (; position < bytes.Length; position += layout.EntrySize)
        {
            if (layout.NamesEntries)
            {
                CheckName(bytes, position);
            }

            if (layout.EntryReference >= 0)
            {
                NoteReference(bytes, position + layout.EntryReference, ref highest);
            }
        }
    }

    private static void CheckMembers(ReadOnlySpan<byte> bytes, int position, int start, int count)
    {
        uint size = WordAt(bytes, position + 8);
        bool hasBitFields = WordAt(bytes, position + 4) >> 31 != 0;
        for (int member = start; member < start + (count * 12); member += 12)
        {
            uint offset = WordAt(bytes, member + 8);
            if ((hasBitFields ? offset & 0xff_ffff : offset) > size * 8UL)
            {
                throw new BtfFormatException(member, $"this member begins behind the end of its structure of {size} bytes");
            }
        }
    }

    private void CheckName(ReadOnlySpan<byte> bytes, int position)
    {
        uint offset = WordAt(bytes, position);
        if (offset >= (uint)_strings.Length)
        {
            throw new BtfFormatException(
                position, $"the name at {offset} is behind the end of the strings, at {_strings.Length} (the BTF of a module needs that of its kernel)");
        }
    }

    /// <summary>Records the highest id that is referred to, because the number of types is known only at the end.</summary>
    private static void NoteReference(ReadOnlySpan<byte> bytes, int position, ref (uint Id, int Position) highest)
    {
        uint id = WordAt(bytes, position);
        if (id > highest.Id)
        {
            highest = (id, position);
        }
    }
}
