using System.Net;

namespace Hops.Guard;

/// <summary>One address that was looked at, and what came of it.</summary>
/// <param name="Address">The address.</param>
/// <param name="Reason">Why it was refused; null if it was not.</param>
/// <param name="Distance">How far away it is; null if it was not measured.</param>
public sealed record HopGuardAttempt(IPAddress Address, HopGuardReason? Reason, HopDistance? Distance)
{
    /// <summary>Why the distance of a connection is unknown, for operators: the end of a sentence. Null when it is known, or the cause is not.</summary>
    public string? WhyUnknown { get; init; }
}
