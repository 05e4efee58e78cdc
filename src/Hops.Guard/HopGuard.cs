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
/// Makes TCP connections, measures how many routers away the server is, and refuses near servers before a byte is sent, as a protection from server-side
/// request forgery (SSRF). For any protocol over TCP. Thread-safe: create one and reuse it.
/// </summary>
public sealed class HopGuard
{
    /// <summary>
    /// The text to show to untrusted users if their address was not fetched. Use it for every failure (refused, closed, no answer, not resolved): a different
    /// text for each would disclose details of the internal network.
    /// </summary>
    public const string PublicMessage = "This address could not be fetched.";

    private readonly GuardedConnector _connector;
    private readonly GuardTelemetry _telemetry;

    /// <summary>Initializes a new guard with a copy of the given options.</summary>
    /// <param name="options">The connections to allow.</param>
    /// <param name="network">A network in place of the real one, for tests.</param>
    /// <exception cref="ArgumentException">The options are not valid; for example, <see cref="HopGuardOptions.MinimumHops"/> is not set.</exception>
    /// <exception cref="HopMeterUnavailableException">
    /// No source can measure here, and the options require measurement. The message has the reason for each source.
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

    /// <summary>Initializes a guard without verifying that it can measure: an application's guards are verified when its host starts.</summary>
    internal HopGuard(GuardPolicy policy, HopNetwork network, GuardTelemetry telemetry)
    {
        Policy = policy;
        Network = network;
        _telemetry = telemetry;
        _connector = new GuardedConnector(policy, network, telemetry);
    }

    /// <summary>Returns a guard that differs only in its minimum distance.</summary>
    internal HopGuard WithMinimumHops(int hops) => new(Policy.WithMinimumHops(hops), Network, _telemetry);

    internal GuardPolicy Policy { get; }

    internal HopNetwork Network { get; }

    /// <summary>
    /// Connects to a host and applies the options to its name and port, to its addresses, and to the distance of the connection. A name is looked up once, and
    /// the address that is checked is the address that is used. Nothing is sent.
    /// </summary>
    /// <param name="host">A name, which may be internationalized, or an address: <c>192.0.2.1</c>, <c>2001:db8::1</c>.</param>
    /// <param name="port">From 1 to 65535.</param>
    /// <param name="cancellationToken">Cancels connecting.</param>
    /// <returns>A stream that owns the connection: disposing it closes the connection.</returns>
    /// <exception cref="HopGuardException">The guard refuses the connection. Not thrown in <see cref="HopGuardMode.ReportOnly"/>.</exception>
    /// <exception cref="SocketException">The name does not resolve, or none of its addresses answers in time.</exception>
    /// <exception cref="ArgumentException">The host is neither a name nor an address, or the port is out of range.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    /// <exception cref="Ebpf.BpfException">The kernel refused to measure a socket.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<NetworkStream> ConnectAsync(string host, int port, CancellationToken cancellationToken = default)
    {
        Stream stream = await _connector.ConnectAsync(EndPointOf(host, port), cancellationToken).ConfigureAwait(false);
        return stream as NetworkStream ?? await Network.ToNetworkStreamAsync(stream).ConfigureAwait(false);
    }

    /// <summary>Connects to a host like <see cref="ConnectAsync"/>, and returns the socket.</summary>
    /// <returns>The connected socket, with Nagle's algorithm off (<see cref="Socket.NoDelay"/>). The caller disposes of it.</returns>
    /// <inheritdoc cref="ConnectAsync"/>
    public async ValueTask<Socket> ConnectSocketAsync(string host, int port, CancellationToken cancellationToken = default)
    {
        NetworkStream stream = await ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
        // The stream is not disposed of, and its finalizer leaves the socket alone.
        return stream.Socket;
    }

    /// <summary>
    /// Listens on a port of the loopback interface and forwards each connection through this guard to one host, for libraries that accept neither a stream nor
    /// a socket. Each connection is checked.
    /// </summary>
    /// <param name="host">A name or an address, as for <see cref="ConnectAsync"/>.</param>
    /// <param name="port">From 1 to 65535.</param>
    /// <exception cref="ArgumentException">The host is neither a name nor an address, or the port is out of range.</exception>
    /// <exception cref="SocketException">This host has no IPv4 loopback, or no free port.</exception>
    public HopGuardForwarder Forward(string host, int port) => new(this, EndPointOf(host, port));

    /// <summary>
    /// Replaces the networks of <see cref="HopGuardOptions.RefusedNetworks"/> for all connections that are checked from now on. Existing connections stay open,
    /// including those in the pool of an <see cref="HttpClient"/>.
    /// </summary>
    /// <param name="networks">All networks to refuse from now on, written as in the options.</param>
    /// <exception cref="ArgumentException">An entry is not a network. The message lists every mistake, and nothing is replaced.</exception>
    public void ReplaceRefusedNetworks(IEnumerable<string> networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        Policy.ReplaceRefused(networks);
    }

    /// <summary>Connects to an end point that is already parsed, such as one from an HTTP handler.</summary>
    internal ValueTask<Stream> ConnectNamedAsync(DnsEndPoint endPoint, CancellationToken cancellationToken) =>
        _connector.ConnectAsync(endPoint, cancellationToken);

    /// <summary>Connects without checks: for report-only mode, after the refusal has been reported.</summary>
    internal ValueTask<Stream> ConnectUnjudgedAsync(DnsEndPoint endPoint, CancellationToken cancellationToken) =>
        _connector.ConnectUnjudgedAsync(endPoint, cancellationToken);

    /// <summary>Logs and counts the refusal of a request, such as for its scheme or version.</summary>
    internal void Refused(HopGuardException refusal, HopGuardMode mode) => _telemetry.Decided(refusal.EndPoint, refusal.Reason, mode, refusal);

    /// <summary>
    /// Measures targets whose location is known, and proposes a value for <see cref="HopGuardOptions.MinimumHops"/>. It makes a connection to each target, as a
    /// guard does, and closes it without sending a byte. Addresses are not checked. <c>ToString()</c> of the result is a full report, with the options to
    /// paste.
    /// </summary>
    /// <param name="inside">
    /// Targets that a guard must refuse: absolute addresses with a port or a scheme that implies one, such as <c>https://wiki.internal</c> or
    /// <c>tcp://db.internal:5432</c>. More inside targets make the proposal more reliable.
    /// </param>
    /// <param name="outside">Targets that a guard must allow, written in the same way.</param>
    /// <param name="network">A network in place of the real one, for tests.</param>
    /// <param name="cancellationToken">Cancels measuring. The limit for each target is 15 seconds.</param>
    /// <exception cref="ArgumentException">There is no target, or a target has no host or no port. Nothing was measured.</exception>
    /// <exception cref="HopMeterUnavailableException">No source can measure here.</exception>
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
    /// Reports each connection that a <see cref="Socket"/> of this process starts from now on without a guard, to find libraries and clients that are not
    /// guarded yet. Nothing is refused. Connections of native libraries are not reported; <c>hops watch</c> reports those.
    /// </summary>
    /// <param name="report">
    /// Called before each connect, on the thread that connects: it must be quick and thread-safe. Its exceptions are ignored. The meter <c>Hops.Guard</c> also
    /// counts these connections (<c>hops.guard.unguarded</c>).
    /// </param>
    /// <returns>An object that ends the watch when it is disposed of.</returns>
    /// <exception cref="NotSupportedException">The program was published without event sources (<c>EventSourceSupport</c>).</exception>
    public static IDisposable Watch(Action<UnguardedConnection> report) => Watch(report, GuardMetrics.OfProcess);

    internal static IDisposable Watch(Action<UnguardedConnection> report, GuardMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(report);
        return AppContext.TryGetSwitch("System.Diagnostics.Tracing.EventSource.IsSupported", out bool isSupported) && !isSupported
            ? throw new NotSupportedException(
                "This program was published without event sources, which report connections: set EventSourceSupport to true in its project.")
            : new ConnectListener(report, metrics.Unguarded);
    }

    /// <summary>
    /// Returns whether an exception, or one inside it, is a refusal of a guard. A refusal is final: do not retry it, and do not count it as a failure of the
    /// server.
    /// </summary>
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
