using System.Net;

namespace Hops.Guard.Policy;

/// <summary>Represents the decision of a guard for the addresses of a network that are in no smaller network of its table.</summary>
/// <param name="Network">The network.</param>
/// <param name="Reason">Why they are refused; null if they are not.</param>
/// <param name="MinimumHops">How far away they must be; 0 where their distance is of no interest.</param>
internal readonly record struct NetworkVerdict(IPNetwork Network, HopGuardReason? Reason, int MinimumHops);
