using System.Net.Sockets;

namespace Hops.Diagnosis;

/// <summary>What a source made of a loopback connection over one family.</summary>
/// <param name="Family"><see cref="AddressFamily.InterNetwork"/> or <see cref="AddressFamily.InterNetworkV6"/>.</param>
/// <param name="Outcome">How it did.</param>
/// <param name="Distance">What it measured, right or wrong; null where it measured nothing.</param>
/// <param name="Reason">Unless it did well, what was seen: a sentence without its full stop.</param>
public sealed record HopFamilyCheck(AddressFamily Family, HopCheckOutcome Outcome, HopDistance? Distance, string? Reason);
