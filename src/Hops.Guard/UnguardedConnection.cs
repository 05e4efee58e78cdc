using System.Net;

namespace Hops.Guard;

/// <summary>Represents a connection that this process starts without a guard (<see cref="HopGuard.Watch(Action{UnguardedConnection})"/>).</summary>
/// <param name="RemoteEndPoint">The remote end point. The connection is reported before it is established.</param>
/// <param name="Assembly">
/// The assembly that connects, taken from the call stack: the nearest one that is not part of .NET, or else one of .NET, such as <c>System.Net.Http</c> for an
/// <see cref="HttpClient"/>, which connects on threads of the pool. Null if the stack does not show one.
/// </param>
public sealed record UnguardedConnection(IPEndPoint RemoteEndPoint, string? Assembly);
