using System.Net;

namespace Hops.Guard;

/// <summary>Represents an address that a guard is about to connect to, for <see cref="HopGuardOptions.IsAllowed"/>.</summary>
/// <param name="Host">
/// The host of the request in normalized form: a name in lower case, in ASCII (<c>xn--bcher-kva.example</c>) and without a trailing dot, or an address.
/// </param>
/// <param name="Port">The port, from 1 to 65535.</param>
/// <param name="Address">The address to connect to.</param>
/// <param name="EmbeddedAddresses">
/// The IPv4 addresses inside an IPv6 address, to which a translator or a tunnel may deliver packets: NAT64, 6to4, Teredo, ISATAP, IPv4-mapped and similar.
/// Empty for most addresses. Check these addresses as well: <c>64:ff9b::a01:203</c> leads to <c>10.1.2.3</c>.
/// </param>
public readonly record struct HopGuardCandidate(string Host, int Port, IPAddress Address, IReadOnlyList<IPAddress> EmbeddedAddresses);
