using System.Net;
using System.Net.Sockets;
using Hops.Guard;
using Hops.Guard.Connecting;
using Hops.Testing.Serving;

namespace Hops.Testing;

/// <summary>
/// A network in memory, for tests of applications with a hop guard. The test says which addresses a name has, how far away each address is, and what answers
/// there; the guard judges as it always does. <c>services.AddFakeHopNetwork(network)</c> puts it in the place of the real network.
/// </summary>
/// <remarks>
/// Servers listen on all ports. HTTP/1.1 is spoken, and TLS to clients that begin with it, with certificates that clients of an <see
/// cref="IHttpClientFactory"/> trust while the fake is registered. A server of your own that speaks more is reached by <see cref="AddServer(string, int?,
/// IPEndPoint)"/>. Thread-safe.
/// </remarks>
public sealed class FakeHopNetwork : HopNetwork
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<IReadOnlyList<IPAddress>>> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<IPAddress, FakeServer> _servers = [];
    private readonly List<FakeHopConnection> _connections = [];
    private readonly List<string> _lookUps = [];

    /// <summary>As logs have it.</summary>
    public override string Source => "Fake";

    /// <summary>
    /// Whether anything can be measured. Without, start-up and health checks find that nothing measures, and every distance is unknown. Default: true.
    /// </summary>
    public bool CanMeasure { get; set; } = true;

    /// <summary>All connections so far, in the order in which they were made.</summary>
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

    /// <summary>All names that were looked up so far, each as often as it was; addresses are not.</summary>
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

    /// <summary>Gives a name its addresses. Called again for the same name: what the next look-up answers. The last answer stays.</summary>
    /// <param name="name">Without regard to case, or to a dot at the end.</param>
    /// <param name="addresses">In order of preference. A guard alternates between IPv4 and IPv6, and tries no more than 8.</param>
    /// <exception cref="FormatException">What should be an address is none.</exception>
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

    /// <summary>Puts an HTTP server at an address, in place of what was there.</summary>
    /// <param name="address">IPv4 or IPv6.</param>
    /// <param name="hops">How far away it is: from 0 to 126, of which those above 35 are implausible. Null: nobody knows.</param>
    /// <param name="respond">Answers each request. What it throws reaches the client.</param>
    /// <exception cref="FormatException">The address is none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such distance can be measured.</exception>
    public FakeHopNetwork AddServer(string address, int? hops, Func<HttpRequestMessage, HttpResponseMessage> respond)
    {
        ArgumentNullException.ThrowIfNull(respond);
        return Add(address, hops, new StreamResponder(new HttpServer(respond).ServeAsync));
    }

    /// <summary>Puts a server of any protocol at an address, in place of what was there.</summary>
    /// <param name="address">IPv4 or IPv6.</param>
    /// <param name="hops">As above.</param>
    /// <param name="serve">
    /// Has the connection until it returns, from the first byte that the client sends; behind TLS, if that begins TLS. Cancelled when the client closes it.
    /// </param>
    /// <inheritdoc cref="AddServer(string, int?, Func{HttpRequestMessage, HttpResponseMessage})" path="/exception"/>
    public FakeHopNetwork AddServer(string address, int? hops, Func<Stream, CancellationToken, Task> serve)
    {
        ArgumentNullException.ThrowIfNull(serve);
        return Add(address, hops, new StreamResponder(serve));
    }

    /// <summary>Puts a real server at an address, such as a Kestrel of the test's own on loopback: bytes go there as they are.</summary>
    /// <param name="address">IPv4 or IPv6.</param>
    /// <param name="hops">As above.</param>
    /// <param name="endPoint">Where it really listens.</param>
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

    /// <remarks>A socket of loopback in front of the connection, which is in memory: <see cref="Socket.RemoteEndPoint"/> is not the server's.</remarks>
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
