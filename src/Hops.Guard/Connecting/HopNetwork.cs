using System.Net;
using System.Net.Sockets;

namespace Hops.Guard.Connecting;

/// <summary>
/// Represents the network that a guard uses: it looks up names, makes connections and measures their distances. A guard uses the real network unless it is
/// given another one, such as that of a test. It is a class, not an interface, so that later versions can add members without breaking derived classes.
/// </summary>
public abstract class HopNetwork
{
    /// <summary>Gets the name of the source that measures, for logs, such as <c>SocketFilter</c>.</summary>
    public abstract string Source { get; }

    /// <summary>Looks up a name once. An address is returned unchanged.</summary>
    /// <param name="host">A name in ASCII, or an address without brackets.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>At least one address, in order of preference.</returns>
    /// <exception cref="SocketException">The name has no address, or no name server answered in time.</exception>
    public abstract ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken);

    /// <summary>Connects to the first of several addresses that answers, and measures that connection.</summary>
    /// <param name="addresses">At least one, in order of preference.</param>
    /// <param name="port">From 1 to 65535.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="SocketException">No address answered.</exception>
    public abstract ValueTask<MeasuredConnection> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken);

    /// <summary>
    /// Converts a connection to a <see cref="NetworkStream"/>, for <see cref="HopGuard.ConnectAsync"/>. A stream that already is one is returned unchanged.
    /// Override this method in a network whose connections have no sockets.
    /// </summary>
    /// <param name="stream">A connection of this network. The result owns it.</param>
    /// <exception cref="NotSupportedException">The connection has no socket.</exception>
    public virtual ValueTask<NetworkStream> ToNetworkStreamAsync(Stream stream) => stream is NetworkStream connection
        ? new(connection)
        : throw new NotSupportedException($"The connections of {GetType().Name} have no sockets, and it does not override {nameof(ToNetworkStreamAsync)}.");

    /// <summary>Verifies that measuring works, with a connection of this host to itself over each address family that it uses.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="HopMeasurementException">Measuring does not work, or not for all of these families.</exception>
    public abstract ValueTask VerifyAsync(CancellationToken cancellationToken);
}
