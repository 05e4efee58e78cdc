using System.Net;

namespace Hops.Guard;

/// <summary>Represents an address that a guard checked, and the result.</summary>
/// <param name="Address">The address.</param>
/// <param name="Reason">The reason for which it was refused; null if it was not.</param>
/// <param name="Distance">Its distance; null if it was not measured.</param>
public sealed record HopGuardAttempt(IPAddress Address, HopGuardReason? Reason, HopDistance? Distance)
{
    /// <summary>
    /// Gets the reason why the distance is unknown, for operators, as the end of a sentence. Null if the distance is known, or the reason is not.
    /// </summary>
    public string? WhyUnknown { get; init; }
}
