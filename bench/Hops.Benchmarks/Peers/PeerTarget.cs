using System.Net;

namespace Hops.Benchmarks.Peers;

/// <summary>The server whose distance is asked for.</summary>
/// <param name="Interface">Through which interface it is reached.</param>
/// <param name="Address">Its address.</param>
/// <param name="Port">The port on which it listens.</param>
/// <param name="Routers">How many routers are between: the right answer.</param>
internal sealed record PeerTarget(string Interface, IPAddress Address, int Port, int Routers);
