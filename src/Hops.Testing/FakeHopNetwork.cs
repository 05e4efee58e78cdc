using System.Net;
using System.Net.Sockets;
using Hops.Guard;
using Hops.Guard.Connecting;
using Hops.Testing.Serving;

namespace Hops.Testing;

/// <summary>
/// Represents an in-memory network for tests of applications with a guard. The test sets the addresses of names, and the distance and the server of each
/// address; the guard itself is the real one. <c>services.AddFakeHopNetwork(network)</c> replaces the real network.
/// </summary>
/// <remarks>
/// Servers listen on all ports. They support HTTP/1.1, and TLS if the client starts it, with certificates that clients of an <see cref="IHttpClientFactory"/>
/// trust while the fake network is registered. For other protocols run a real server and add it with <see cref="AddServer(string, int?, IPEndPoint)"/>.
/// Thread-safe.
/// </remarks>
public sealed class FakeHopNetwork : HopNetwork
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<IReadOnlyList<IPAddress>>> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<IPAddress, FakeServer> _servers = [];
    private readonly List<FakeHopConnection> _connections = [];
    private readonly List<string> _lookUps = [];

    /// <summary>Gets the name of the source, for logs: <c>Fake</c>.</summary>
    public override string Source => "Fake";

    /// <summary>
    /// Gets or sets whether distances can be measured. If false, start-up and health checks fail as on a machine that cannot measure, and every distance is
    /// unknown. Default: true.
    /// </summary>
    public bool CanMeasure { get; set; } = true;

    /// <summary>Gets all connections so far, in the order in which they were made.</summary>
    public IReadOnlyList<FakeHopConnection> Connections
    {
        get
        {
            lock (_lock)
            {
                return [.. _connections];
            }
        }
    }

    /// <summary>Gets the names of all look-ups so far, in order, with repetitions. Addresses are not looked up.</summary>
    public IReadOnlyList<string> LookUps
    {
        get
        {
            lock (_lock)
            {
                return [.. _lookUps];
            }
        }
    }

    /// <summary>
    /// Adds a name with its addresses. If it is called several times for one name, each look-up returns the next set of addresses; the last set stays.
    /// </summary>
    /// <param name="name">The name; case and a trailing dot are ignored.</param>
    /// <param name="addresses">The addresses, in order of preference. A guard alternates between IPv4 and IPv6, and tries at most 8.</param>
    /// <exception cref="FormatException">A text is not an address.</exception>
    public FakeHopNetwork AddName(string name, params IReadOnlyList<string> addresses)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(addresses);
        IPAddress[] parsed = [.. addresses.Select(IPAddress.Parse)];
        lock (_lock)
        {
            string key = name.TrimEnd('.');
            if (!_names.TryGetValue(key, out Queue<IReadOnlyList<IPAddress>>? answers))
            {
                _names[key] = answers = [];
            }

            answers.Enqueue(parsed);
        }

        return this;
    }

    /// <summary>Adds an HTTP server at an address, or replaces the server there.</summary>
    /// <param name="address">An IPv4 or IPv6 address.</param>
    /// <param name="hops">Its distance: from 0 to 126 hops, of which those above 35 are implausible; null for an unknown distance.</param>
    /// <param name="respond">Returns the response to a request. Its exceptions reach the client.</param>
    /// <exception cref="FormatException"><paramref name="address"/> is not an address.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="hops"/> is out of range.</exception>
    public FakeHopNetwork AddServer(string address, int? hops, Func<HttpRequestMessage, HttpResponseMessage> respond)
    {
        ArgumentNullException.ThrowIfNull(respond);
        return Add(address, hops, new StreamResponder(new HttpServer(respond).ServeAsync));
    }

    /// <summary>Adds a server of any protocol at an address, or replaces the server there.</summary>
    /// <param name="address">An IPv4 or IPv6 address.</param>
    /// <param name="hops">Its distance: from 0 to 126 hops, of which those above 35 are implausible; null for an unknown distance.</param>
    /// <param name="serve">
    /// Serves a connection until it returns. It is called when the client has sent its first byte; if the client starts TLS, the stream is the decrypted one.
    /// The token is cancelled when the client closes the connection.
    /// </param>
    /// <inheritdoc cref="AddServer(string, int?, Func{HttpRequestMessage, HttpResponseMessage})" path="/exception"/>
    public FakeHopNetwork AddServer(string address, int? hops, Func<Stream, CancellationToken, Task> serve)
    {
        ArgumentNullException.ThrowIfNull(serve);
        return Add(address, hops, new StreamResponder(serve));
    }

    /// <summary>Adds a real server at an address, such as a Kestrel on loopback, or replaces the server there. Bytes are passed on unchanged.</summary>
    /// <param name="address">An IPv4 or IPv6 address.</param>
    /// <param name="hops">Its distance: from 0 to 126 hops, of which those above 35 are implausible; null for an unknown distance.</param>
    /// <param name="endPoint">The end point on which the real server listens.</param>
    /// <inheritdoc cref="AddServer(string, int?, Func{HttpRequestMessage, HttpResponseMessage})" path="/exception"/>
    public FakeHopNetwork AddServer(string address, int? hops, IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        return Add(address, hops, new RealServer(endPoint));
    }

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(host);
        cancellationToken.ThrowIfCancellationRequested();
        if (IPAddress.TryParse(host, out IPAddress? address))
        {
            return new([address]);
        }

        lock (_lock)
        {
            _lookUps.Add(host);
            if (!_names.TryGetValue(host.TrimEnd('.'), out Queue<IReadOnlyList<IPAddress>>? answers))
            {
                throw new SocketException((int)SocketError.HostNotFound, $"The fake network has no name '{host}': give it addresses with {nameof(AddName)}");
            }

            IReadOnlyList<IPAddress> answer = answers.Count > 1 ? answers.Dequeue() : answers.Peek();
            return answer.Count > 0 ? new(answer) : throw new SocketException((int)SocketError.NoData, $"The fake network's '{host}' has no address");
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<MeasuredConnection> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        foreach (IPAddress address in addresses)
        {
            IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            FakeServer? server;
            lock (_lock)
            {
                _ = _servers.TryGetValue(plain, out server);
            }

            if (server is not null)
            {
                FakeHopConnection connection = new(plain, port);
                Stream stream = await server.Responder.OpenAsync(connection, cancellationToken).ConfigureAwait(false);
                lock (_lock)
                {
                    _connections.Add(connection);
                }

                return new(stream, plain, CanMeasure ? server.Distance : null);
            }
        }

        throw new SocketException(
            (int)SocketError.ConnectionRefused,
            $"The fake network has no server at {string.Join(", ", addresses)}: put one there with {nameof(AddServer)}");
    }

    /// <remarks>The stream is a loopback connection to the in-memory one, so <see cref="Socket.RemoteEndPoint"/> is not the server's.</remarks>
    /// <inheritdoc/>
    public override ValueTask<NetworkStream> ToNetworkStreamAsync(Stream stream) => LoopbackBridge.OverAsync(stream);

    /// <inheritdoc/>
    public override ValueTask VerifyAsync(CancellationToken cancellationToken) =>
        CanMeasure ? ValueTask.CompletedTask : throw new HopMeasurementException($"The fake network cannot measure: its {nameof(CanMeasure)} is false.");

    private FakeHopNetwork Add(string address, int? hops, IResponder responder)
    {
        ArgumentNullException.ThrowIfNull(address);
        FakeServer server = FakeServer.At(hops, responder);
        lock (_lock)
        {
            _servers[IPAddress.Parse(address)] = server;
        }

        return this;
    }
}
