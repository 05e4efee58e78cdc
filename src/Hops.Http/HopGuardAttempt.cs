using System.Net;

namespace Hops.Http;

/// <summary>One address that was looked at, and what came of it.</summary>
/// <param name="Address">The address.</param>
/// <param name="Reason">Why it was refused; null if it was not.</param>
/// <param name="Distance">How far away it is; null if it was not measured.</param>
public sealed record HopGuardAttempt(IPAddress Address, HopGuardReason? Reason, HopDistance? Distance);
