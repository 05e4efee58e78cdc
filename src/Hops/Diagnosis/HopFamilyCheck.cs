using System.Net.Sockets;

namespace Hops.Diagnosis;

/// <summary>Represents the result of measuring a loopback connection with one source over one address family.</summary>
/// <param name="Family"><see cref="AddressFamily.InterNetwork"/> or <see cref="AddressFamily.InterNetworkV6"/>.</param>
/// <param name="Outcome">The result.</param>
/// <param name="Distance">The measured distance, right or wrong; null if none was measured.</param>
/// <param name="Reason">What went wrong, as a sentence without its full stop; null if the source measured the right distance.</param>
public sealed record HopFamilyCheck(AddressFamily Family, HopCheckOutcome Outcome, HopDistance? Distance, string? Reason);
