namespace Ebpf.TypeInformation;

/// <content>The memory layout of types: members, offsets, sizes.</content>
public sealed partial class BtfTypes
{
    // The kernel resolves chains of 32 types (MAX_RESOLVE_DEPTH in kernel/bpf/btf.c); C compilers make shorter ones.
    private const int LongestChain = 32;

    // The size of a pointer in eBPF, and on every machine whose BTF this library reads.
    private const int PointerSize = 8;

    private static readonly BtfKind[] Composites = [BtfKind.Structure, BtfKind.Union, BtfKind.Typedef];

    private static readonly BtfKind[] Sized =
    [
        BtfKind.Structure, BtfKind.Union, BtfKind.Typedef, BtfKind.Enumeration, BtfKind.Enumeration64, BtfKind.Integer, BtfKind.Float, BtfKind.Variable,
    ];

    /// <summary>Gets the size of a type in bytes, by its name.</summary>
    /// <param name="name">
    /// The name of a structure, union, typedef, enumeration, integer, floating-point number or variable: <c>sk_buff</c>. If several types have the name, the
    /// first in this order is used.
    /// </param>
    /// <exception cref="KeyNotFoundException">There is no such type.</exception>
    /// <exception cref="InvalidOperationException">The type has no size: it is <c>void</c> or a function.</exception>
    /// <exception cref="BtfFormatException">The type refers to itself, or is larger than 4 GiB.</exception>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public long SizeOf(string name) =>
        FindId(name, Sized) is not 0 and var id ? SizeOf(id) : throw new KeyNotFoundException($"There is no type '{name}' in {_origin}.");

    /// <summary>Gets the size of a type in bytes, by its id. A pointer has 8 bytes.</summary>
    /// <param name="id">The id of the type.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no type of that id.</exception>
    /// <exception cref="InvalidOperationException"> The type has no size: it is <c>void</c>, a function, or a structure that is not defined. </exception>
    /// <exception cref="BtfFormatException">The type refers to itself, or is larger than 4 GiB.</exception>
    public long SizeOf(int id)
    {
        ThrowUnlessId(id);
        ulong count = 1;
        int current = id;
        for (int step = 0; step < LongestChain && current != 0; step++)
        {
            switch (_records.KindOf(current))
            {
                case BtfKind.Pointer:
                    return Product(id, count, PointerSize);
                case BtfKind.Array:
                    count = (ulong)Product(id, count, _records.FixedWord(current, 2));
                    current = (int)_records.FixedWord(current, 0);
                    break;
                case BtfKind.Variable:
                case var kind when IsModifier(kind):
                    current = (int)_records.SizeOrTypeOf(current);
                    break;
                case BtfKind.Function or BtfKind.FunctionPrototype or BtfKind.Forward or BtfKind.DeclarationTag:
                    throw HasNoSize(id);
                default:
                    return Product(id, count, _records.SizeOrTypeOf(current));
            }
        }

        throw current == 0 ? HasNoSize(id) : TooLong(id);
    }

    /// <summary>
    /// Gets the offset of a member from the start of its structure in bytes, for <c>asm.Load(R2, U32[R1 + types.OffsetOf("sk_buff", "len")])</c>.
    /// </summary>
    /// <param name="structure">The name of a structure, union, or typedef of one.</param>
    /// <param name="path">
    /// The name of the member, which may be in an anonymous structure or union. Members of members are separated by dots: <c>__sk_common.skc_state</c>.
    /// </param>
    /// <exception cref="KeyNotFoundException">There is no such structure or member.</exception>
    /// <exception cref="InvalidOperationException">The member is a bit field: <see cref="FindMember(string, string)"/> returns its position.</exception>
    /// <exception cref="BtfFormatException">A type refers to itself.</exception>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public int OffsetOf(string structure, string path)
    {
        BtfMember member = FindMember(structure, path);
        return member.IsAddressable
            ? (int)(member.BitOffset / 8)
            : throw new InvalidOperationException(
                $"'{path}' of '{structure}' is a bit field, {Math.Max(member.BitSize, 1)} bits from bit {member.BitOffset} on, and has no offset in bytes.");
    }

    /// <summary>Finds a member of a structure. The offset of the result is relative to the start of that structure, even for a member of a member.</summary>
    /// <param name="structure">
    /// The name of a structure, union, or typedef of one; if several have the name, structures take precedence over unions, and unions over typedefs.
    /// </param>
    /// <param name="path">
    /// The name of the member, which may be in an anonymous structure or union. Members of members are separated by dots: <c>__sk_common.skc_state</c>.
    /// </param>
    /// <exception cref="KeyNotFoundException">There is no such structure or member.</exception>
    /// <exception cref="BtfFormatException">A type refers to itself.</exception>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public BtfMember FindMember(string structure, string path) => FindId(structure, Composites) is not 0 and var id
        ? FindMember(id, path)
        : throw new KeyNotFoundException($"There is no structure '{structure}' in {_origin}.");

    /// <summary>Finds a member of a structure by the structure's id. See <see cref="FindMember(string, string)"/>.</summary>
    /// <param name="id">The id of a structure, union, or typedef of one.</param>
    /// <param name="path">The name of the member.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no type of that id.</exception>
    /// <exception cref="KeyNotFoundException">There is no such member.</exception>
    /// <exception cref="BtfFormatException">A type refers to itself.</exception>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public BtfMember FindMember(int id, string path)
    {
        ThrowUnlessId(id);
        ArgumentException.ThrowIfNullOrEmpty(path);
        int structure = id;
        long offset = 0;
        BtfMember member = default;
        foreach (string name in path.Split('.'))
        {
            member = SearchMember(id, Encode(name))
                ?? throw new KeyNotFoundException($"There is no member '{name}' in type {id} ('{this[id].Name}') of {_origin}.");
            offset += member.BitOffset;
            id = member.TypeId;
        }

        return offset / 8 <= int.MaxValue
            ? member with { BitOffset = offset }
            : throw new BtfFormatException(
                _records.PositionOf(structure), $"the member '{path}' of type {structure} would lie more than 2 GiB behind its beginning");
    }

    /// <summary>Gets the direct members of a structure or union, in order; no members for other types.</summary>
    /// <param name="id">The id of the type.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no type of that id.</exception>
    public IEnumerable<BtfMember> MembersOf(int id)
    {
        ThrowUnlessId(id);
        return IsComposite(id) ? Enumerable.Range(0, _records.EntriesOf(id)).Select(i => MemberAt(id, i)) : [];
    }

    /// <summary>
    /// Searches a structure and the anonymous structures in it. Each structure is searched once, so the time is limited by the size of the types even if many
    /// of them contain the same ones.
    /// </summary>
    private BtfMember? SearchMember(int structure, ReadOnlySpan<byte> name)
    {
        HashSet<int> seen = [];
        Stack<(int Id, long BitOffset)> open = new();
        open.Push((WithoutModifiers(structure), 0));
        while (open.TryPop(out (int Id, long BitOffset) place))
        {
            if (!IsComposite(place.Id) || !seen.Add(place.Id))
            {
                continue;
            }

            int entries = _records.EntriesOf(place.Id);
            for (int i = 0; i < entries; i++)
            {
                uint nameOffset = _records.EntryWord(place.Id, i, 0);
                if (_records.IsNamed(nameOffset, name))
                {
                    BtfMember member = MemberAt(place.Id, i);
                    return member with { BitOffset = place.BitOffset + member.BitOffset };
                }

                if (_records.IsNamed(nameOffset, []))
                {
                    open.Push((WithoutModifiers((int)_records.EntryWord(place.Id, i, 1)), place.BitOffset + MemberAt(place.Id, i).BitOffset));
                }
            }
        }

        return null;
    }

    private BtfMember MemberAt(int id, int index)
    {
        uint offset = _records.EntryWord(id, index, 2);
        // If a structure has bit fields, the high byte is the number of bits.
        (long bitOffset, int bitSize) = _records.HasFlag(id) ? (offset & 0xff_ffff, (int)(offset >> 24)) : (offset, 0);
        return new(_records.TextOf(_records.EntryWord(id, index, 0)), (int)_records.EntryWord(id, index, 1), bitOffset, bitSize);
    }

    private int WithoutModifiers(int id)
    {
        int current = id;
        for (int step = 0; step < LongestChain; step++)
        {
            if (current == 0 || !IsModifier(_records.KindOf(current)))
            {
                return current;
            }

            current = (int)_records.SizeOrTypeOf(current);
        }

        throw TooLong(id);
    }

    private bool IsComposite(int id) => id != 0 && _records.KindOf(id) is BtfKind.Structure or BtfKind.Union;

    private static bool IsModifier(BtfKind kind) => kind is BtfKind.Typedef or BtfKind.Volatile or BtfKind.Constant or BtfKind.Restrict or BtfKind.TypeTag;

    private long Product(int id, ulong count, uint size) => count * size is <= uint.MaxValue and var product
        ? (long)product
        : throw new BtfFormatException(_records.PositionOf(id), $"type {id} has more than 4 GiB");

    private BtfFormatException TooLong(int id) =>
        new(_records.PositionOf(id), $"type {id} refers to itself, or to a chain of more than {LongestChain} types");

    private InvalidOperationException HasNoSize(int id) => new($"Type {id} ('{this[id].Name}', {this[id].Kind}) of {_origin} has no size.");
}
