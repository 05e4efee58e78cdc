using System.Collections.Immutable;

namespace Ebpf.TypeInformation;

/// <summary>The layout of a record after the twelve bytes that all types have: a row for each kind of type.</summary>
/// <param name="RefersToType">True if the third word is the id of a type; otherwise it is a size, or unused.</param>
/// <param name="FixedSize">The size of the fixed part in bytes.</param>
/// <param name="EntrySize">The size of each entry after it in bytes; 0 if the kind has no entries.</param>
/// <param name="NamesEntries">True if an entry begins with a name.</param>
/// <param name="FixedReferences">The number of words of the fixed part, from the first on, that are ids of types.</param>
/// <param name="EntryReference">The offset of the id of a type in an entry; -1 if there is none.</param>
internal readonly record struct BtfRecordLayout(
    bool RefersToType, int FixedSize, int EntrySize, bool NamesEntries = false, int FixedReferences = 0, int EntryReference = -1)
{
    /// <summary>Name, kind, and size or reference.</summary>
    public const int HeadSize = 12;

    private static readonly BtfRecordLayout Referring = new(true, 0, 0);
    private static readonly BtfRecordLayout Composite = new(false, 0, 12, NamesEntries: true, EntryReference: 4);

    /// <summary>Indexed by <see cref="BtfKind"/>; the first row is for the kind that no record has.</summary>
    private static readonly ImmutableArray<BtfRecordLayout> Rows =
    [
        default,
        new(false, 4, 0), // Integer: encoding, offset and bits
        Referring, // Pointer
        new(false, 12, 0, FixedReferences: 2), // Array: element, index, number of elements
        Composite, // Structure: name, type, offset of a member
        Composite, // Union
        new(false, 0, 8, NamesEntries: true), // Enumeration: name, value
        new(false, 0, 0), // Forward
        Referring, // Typedef
        Referring, // Volatile
        Referring, // Constant
        Referring, // Restrict
        Referring, // Function
        new(true, 0, 8, NamesEntries: true, EntryReference: 4), // FunctionPrototype: name, type of a parameter
        new(true, 4, 0), // Variable: linkage
        new(false, 0, 12, EntryReference: 0), // DataSection: variable, offset, size
        new(false, 0, 0), // Float
        new(true, 4, 0), // DeclarationTag: which component
        Referring, // TypeTag
        new(false, 0, 12, NamesEntries: true), // Enumeration64: name, low and high half of the value
    ];

    /// <returns>False for an unknown kind.</returns>
    public static bool TryGet(BtfKind kind, out BtfRecordLayout layout)
    {
        bool isKnown = kind is > BtfKind.Void and <= BtfKind.Enumeration64;
        layout = isKnown ? Rows[(int)kind] : default;
        return isKnown;
    }
}
