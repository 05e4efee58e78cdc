using System.Net;
using System.Net.Sockets;

namespace Hops.Guard.Connecting;

/// <summary>
/// The network as a guard sees it: names, connections and their distances. A guard uses the real one unless it is given another, such as a test's. A class and
/// not an interface, so that later versions can add members without breaking those that derive from it.
/// </summary>
public abstract class HopNetwork
{
    /// <summary>How it measures, for logs: <c>SocketFilter</c>.</summary>
    public abstract string Source { get; }

    /// <summary>Looks a name up, once. An address is its own answer.</summary>
    /// <param name="host">A name in ASCII, or an address without brackets.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>At least one address, in order of preference.</returns>
    /// <exception cref="SocketException">The name has no address, or no name server answers in time.</exception>
    public abstract ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken);

    /// <summary>Connects to the first of several addresses that answers, and measures that connection.</summary>
    /// <param name="addresses">At least one, in order of preference.</param>
    /// <param name="port">From 1 to 65535.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="SocketException">None answers.</exception>
    public abstract ValueTask<MeasuredConnection> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken);

    /// <summary>
    /// Gives a connection as one of a socket, for <see cref="HopGuard.ConnectAsync"/>. What is one already is not changed: a network whose connections have no
    /// sockets overrides this.
    /// </summary>
    /// <param name="stream">A connection that this network made. It belongs to the result.</param>
    /// <exception cref="NotSupportedException">It has no socket.</exception>
    public virtual ValueTask<NetworkStream> ToNetworkStreamAsync(Stream stream) => stream is NetworkStream connection
        ? new(connection)
        : throw new NotSupportedException($"The connections of {GetType().Name} have no sockets, and it does not override {nameof(ToNetworkStreamAsync)}.");

    /// <summary>Measures a connection of this host to itself over each address family that it uses, to see that measuring works.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="HopMeasurementException">It does not, or not for all of them.</exception>
    public abstract ValueTask VerifyAsync(CancellationToken cancellationToken);
}
