using System.Net;

namespace Hops.Guard;

/// <summary>A connection that this process begins and that no guard judges: see <see cref="HopGuard.Watch(Action{UnguardedConnection})"/>.</summary>
/// <param name="RemoteEndPoint">Where it goes. Whether it gets there is not known yet.</param>
/// <param name="Assembly">
/// The assembly that connects, as far as the stack tells: the nearest that is not .NET's own, or else .NET's, such as <c>System.Net.Http</c> for an <see
/// cref="HttpClient"/>, which connects on threads of the pool. Null where the stack tells nothing.
/// </param>
public sealed record UnguardedConnection(IPEndPoint RemoteEndPoint, string? Assembly);
