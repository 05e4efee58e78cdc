using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Hops.Guard.Calibration;
using Hops.Guard.Connecting;
using Hops.Guard.Policy;
using Hops.Guard.Telemetry;
using Hops.Guard.Watching;

namespace Hops.Guard;

/// <summary>
/// Server-side request forgery stopped by topology: makes connections, measures how many routers away the server is, and refuses near servers before a byte is
/// sent. For any protocol over TCP. Thread-safe: make one and keep it.
/// </summary>
public sealed class HopGuard
{
    /// <summary>
    /// What strangers may be told when their address was not fetched: the same whether it was refused, closed, silent or did not resolve. Anything else tells
    /// them about the inside of the network.
    /// </summary>
    public const string PublicMessage = "This address could not be fetched.";

    private readonly GuardedConnector _connector;
    private readonly GuardTelemetry _telemetry;

    /// <param name="options">What to let through. Copied.</param>
    /// <param name="network">A network in place of the real one, for tests.</param>
    /// <exception cref="ArgumentException">The options are not valid: <see cref="HopGuardOptions.MinimumHops"/> is not set, for one.</exception>
    /// <exception cref="HopMeterUnavailableException">
    /// Nothing here can measure, and the options require it. The message has the reason of each source.
    /// </exception>
    /// <exception cref="HopMeasurementException">
    /// This host has an address of a family that cannot be measured, and the options require it (<see cref="HopGuardOptions.AddressFamily"/>).
    /// </exception>
    public HopGuard(HopGuardOptions options, HopNetwork? network = null)
        : this(
            new GuardPolicy(options ?? throw new ArgumentNullException(nameof(options))),
            network ?? SocketNetwork.Open(options),
            new GuardTelemetry(GuardMetrics.OfProcess))
    {
        if (Policy is { Mode: HopGuardMode.Enforce, RequireMeasurement: true })
        {
            _ = (Network as SocketNetwork)?.FamiliesToMeasure();
        }
    }

    /// <summary>A guard of an application that is proven when the application starts.</summary>
    internal HopGuard(GuardPolicy policy, HopNetwork network, GuardTelemetry telemetry)
    {
        Policy = policy;
        Network = network;
        _telemetry = telemetry;
        _connector = new GuardedConnector(policy, network, telemetry);
    }

    /// <summary>The same guard with another minimum distance.</summary>
    internal HopGuard WithMinimumHops(int hops) => new(Policy.WithMinimumHops(hops), Network, _telemetry);

    internal GuardPolicy Policy { get; }

    internal HopNetwork Network { get; }

    /// <summary>
    /// Connects to a host, and refuses it as the options say: by its name and port, by the addresses of its name, and by the distance of the connection. A name
    /// is looked up once, and the address that is judged is the address that is used. Nothing is sent.
    /// </summary>
    /// <param name="host">A name, also an internationalized one, or an address: <c>192.0.2.1</c>, <c>2001:db8::1</c>.</param>
    /// <param name="port">From 1 to 65535.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The connection. Disposing it closes the connection.</returns>
    /// <exception cref="HopGuardException">The guard refuses. Never in <see cref="HopGuardMode.ReportOnly"/>.</exception>
    /// <exception cref="SocketException">The name does not resolve, or no address of it answers in time.</exception>
    /// <exception cref="ArgumentException">The host is neither a name nor an address, or there is no such port.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    /// <exception cref="Ebpf.BpfException">The kernel did not let a socket be measured.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<NetworkStream> ConnectAsync(string host, int port, CancellationToken cancellationToken = default)
    {
        Stream stream = await _connector.ConnectAsync(EndPointOf(host, port), cancellationToken).ConfigureAwait(false);
        return stream as NetworkStream ?? await Network.ToNetworkStreamAsync(stream).ConfigureAwait(false);
    }

    /// <summary>The same, for those who need the socket.</summary>
    /// <returns>The socket, connected, with Nagle's algorithm off (<see cref="Socket.NoDelay"/>). It is the caller's to dispose of.</returns>
    /// <inheritdoc cref="ConnectAsync"/>
    public async ValueTask<Socket> ConnectSocketAsync(string host, int port, CancellationToken cancellationToken = default)
    {
        NetworkStream stream = await ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
        // The stream is not disposed of, and its finalizer leaves the socket alone.
        return stream.Socket;
    }

    /// <summary>
    /// Listens on loopback, at a port of its own, and connects what arrives there to a host through this guard: for libraries that take neither a stream nor a
    /// socket. Each connection is judged anew.
    /// </summary>
    /// <param name="host">As for <see cref="ConnectAsync"/>.</param>
    /// <param name="port">From 1 to 65535.</param>
    /// <exception cref="ArgumentException">The host is neither a name nor an address, or there is no such port.</exception>
    /// <exception cref="SocketException">This host has no IPv4 loopback, or no port is left.</exception>
    public HopGuardForwarder Forward(string host, int port) => new(this, EndPointOf(host, port));

    /// <summary>
    /// Puts other networks in the place of those of <see cref="HopGuardOptions.RefusedNetworks"/>, at once for all connections that are judged from now on.
    /// Connections that there are stay, also those in the pool of an <see cref="HttpClient"/>.
    /// </summary>
    /// <param name="networks">All that are refused from now on: as in the options.</param>
    /// <exception cref="ArgumentException">One is no network. The message has every mistake, and nothing is replaced.</exception>
    public void ReplaceRefusedNetworks(IEnumerable<string> networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        Policy.ReplaceRefused(networks);
    }

    /// <summary>What a handler of HTTP names has been parsed already.</summary>
    internal ValueTask<Stream> ConnectNamedAsync(DnsEndPoint endPoint, CancellationToken cancellationToken) => _connector.ConnectAsync(endPoint, cancellationToken);

    /// <summary>In report-only mode, where the refusal has been reported: as without a guard.</summary>
    internal ValueTask<Stream> ConnectUnjudgedAsync(DnsEndPoint endPoint, CancellationToken cancellationToken) =>
        _connector.ConnectUnjudgedAsync(endPoint, cancellationToken);

    /// <summary>Tells operators of a refusal that was not of a connection: of a scheme, or of a version.</summary>
    internal void Refused(HopGuardException refusal, HopGuardMode mode) => _telemetry.Decided(refusal.EndPoint, refusal.Reason, mode, refusal);

    /// <summary>
    /// Measures targets whose location is known, and proposes <see cref="HopGuardOptions.MinimumHops"/>: a connection is made to each, as a guard makes it, and
    /// closed without a byte sent. Addresses are not judged. <c>ToString()</c> of the result is the whole story, with the options to paste.
    /// </summary>
    /// <param name="inside">
    /// Targets that a guard must refuse: absolute, with a port or a scheme that implies one: <c>https://wiki.internal</c>, <c>tcp://db.internal:5432</c>. The
    /// more inside targets, the better.
    /// </param>
    /// <param name="outside">Targets that it must let through, in the same way.</param>
    /// <param name="network">A network in place of the real one, for tests.</param>
    /// <param name="cancellationToken">Cancels. Each target has 15 seconds.</param>
    /// <exception cref="ArgumentException">There is no target, or one has no host or no port. Nothing was measured.</exception>
    /// <exception cref="HopMeterUnavailableException">Nothing here can measure.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static async Task<HopCalibration> CalibrateAsync(
        IEnumerable<Uri> inside, IEnumerable<Uri> outside, HopNetwork? network = null, CancellationToken cancellationToken = default)
    {
        Uri[] near = Calibrator.Targets(inside, nameof(inside));
        Uri[] far = Calibrator.Targets(outside, nameof(outside));
        HopGuardOptions options = new();
        Calibrator calibrator = new(network ?? SocketNetwork.Open(options), options.ConnectTimeout);
        return new HopCalibration(
            await calibrator.MeasureAsync(near, cancellationToken).ConfigureAwait(false),
            await calibrator.MeasureAsync(far, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>
    /// Reports each connection that a <see cref="Socket"/> of this process begins from now on and that no guard makes: to see which libraries and clients are
    /// left. Nothing is refused. Connections of native libraries are not seen; a watch of the whole host sees those.
    /// </summary>
    /// <param name="report">
    /// Is called on the thread that connects, before it does: must be quick and thread-safe. What it throws is lost. The meter <c>Hops.Guard</c> counts as well
    /// (<c>hops.guard.unguarded</c>).
    /// </param>
    /// <returns>Ends the watch when it is disposed of.</returns>
    /// <exception cref="NotSupportedException">The program was published without event sources (<c>EventSourceSupport</c>).</exception>
    public static IDisposable Watch(Action<UnguardedConnection> report) => Watch(report, GuardMetrics.OfProcess);

    internal static IDisposable Watch(Action<UnguardedConnection> report, GuardMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(report);
        return AppContext.TryGetSwitch("System.Diagnostics.Tracing.EventSource.IsSupported", out bool isSupported) && !isSupported
            ? throw new NotSupportedException(
                "This program was published without event sources, which tell of connections: set EventSourceSupport to true in its project.")
            : new ConnectListener(report, metrics.Unguarded);
    }

    /// <summary>Whether an exception, or one inside it, is a refusal of a guard: final, not worth a retry, and no sign that the server is ill.</summary>
    public static bool IsRefusal(Exception? exception)
    {
        for (Exception? current = exception; current is not null; current = current.InnerException)
        {
            if (current is HopGuardException || (current is AggregateException several && several.InnerExceptions.Any(IsRefusal)))
            {
                return true;
            }
        }

        return false;
    }

    private static DnsEndPoint EndPointOf(string host, int port)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        return HostName.EndPointOf(host, port)
            ?? throw new ArgumentException($"'{host}' is not a host: it must be a name or an address, without a port.", nameof(host));
    }
}
