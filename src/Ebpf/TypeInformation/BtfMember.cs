namespace Ebpf.TypeInformation;

/// <summary>Represents a member of a structure or union.</summary>
/// <param name="Name">The name; null for an anonymous structure or union, whose members belong to the enclosing structure.</param>
/// <param name="TypeId">The id of the member's type.</param>
/// <param name="BitOffset">The offset in the structure, in bits.</param>
/// <param name="BitSize">The size of a bit field in bits; 0 for other members.</param>
public readonly record struct BtfMember(string? Name, int TypeId, long BitOffset, int BitSize)
{
    /// <summary>Gets a value indicating whether the member has an address: it is not a bit field and starts at a byte.</summary>
    public bool IsAddressable => BitSize == 0 && BitOffset % 8 == 0;
}
