using System.Net;

namespace Hops.Http.Connecting;

/// <summary>The network as a guard sees it. The real one is used unless a test puts another in its place.</summary>
public interface IHopNetwork
{
    /// <summary>How it measures, for logs: <c>SocketFilter</c>.</summary>
    string Source { get; }

    /// <summary>Looks a name up, once. An address is its own answer.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The name has no address, or no name server answers in time.</exception>
    ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken);

    /// <summary>Connects to the first of several addresses that answers, and measures that connection.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">None answers.</exception>
    ValueTask<MeasuredConnection> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken);

    /// <summary>Measures a connection of this host to itself over each address family that it uses, to see that measuring works.</summary>
    /// <exception cref="InvalidOperationException">It does not, or not for all of them.</exception>
    ValueTask ProveAsync(CancellationToken cancellationToken);
}
