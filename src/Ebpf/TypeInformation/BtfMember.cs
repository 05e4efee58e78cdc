namespace Ebpf.TypeInformation;

/// <summary>A member of a structure or union.</summary>
/// <param name="Name">Its name; null for a structure or union without one, whose members are those of the structure around it.</param>
/// <param name="TypeId">The id of its type.</param>
/// <param name="BitOffset">Where it begins in the structure, in bits.</param>
/// <param name="BitSize">How many bits a bit field has; 0 for any other member.</param>
public readonly record struct BtfMember(string? Name, int TypeId, long BitOffset, int BitSize)
{
    /// <summary>Whether it has an address of its own: it is no bit field and begins at a byte.</summary>
    public bool IsAddressable => BitSize == 0 && BitOffset % 8 == 0;
}
