using System.Net;

namespace Hops.Guard.Addresses;

/// <summary>A block of addresses that is not for ordinary servers.</summary>
/// <param name="Network">The block.</param>
/// <param name="Name">What it is for.</param>
/// <param name="Reference">Where that is written down: <c>RFC 1918</c>.</param>
internal sealed record SpecialPurposeBlock(IPNetwork Network, string Name, string Reference)
{
    private readonly AddressBits _prefix = AddressBits.Of(Network.BaseAddress);

    /// <summary>Gets the value in the registry; false also if the registry has neither yes nor no.</summary>
    public bool IsGloballyReachable { get; init; }

    /// <summary>Gets whether a guard allows servers in this block.</summary>
    public bool IsLetThrough { get; init; }

    public bool Contains(AddressBits address) => address.Prefix(Network.PrefixLength) == _prefix;
}
