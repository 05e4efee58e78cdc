using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hops;

/// <summary>
/// Connects, and tells how far away the other end is. All addresses of a name are raced (RFC 8305), each on a socket of its own. Thread-safe; make one and
/// keep it.
/// </summary>
public sealed class HopDialer
{
    // RFC 1035, section 2.3.4, less the length bytes and the final dot.
    private const int LongestName = 253;

    private readonly HopMeter _meter;
    private readonly HopDialerOptions _options;

    /// <summary>A dialer that measures with a given meter.</summary>
    public HopDialer(HopMeter meter, HopDialerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(meter);
        _meter = meter;
        _options = options ?? new();
    }

    /// <summary>A dialer that measures with the meter of this process.</summary>
    /// <exception cref="HopMeterUnavailableException">Nothing here can measure.</exception>
    public static HopDialer Create(HopDialerOptions? options = null) => new(HopMeter.Open(), options);

    /// <summary>Connects to the first address of a host that answers.</summary>
    /// <param name="host">A name, also an internationalized one, or an address: <c>192.0.2.1</c>, <c>2001:db8::1</c>, <c>fe80::1%eth0</c>.</param>
    /// <param name="port">From 1 to 65,535.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">
    /// No connection: <see cref="SocketError.HostNotFound"/> or <see cref="SocketError.TryAgain"/> when the name does not resolve, <see cref="SocketError.NoData"/> when it has no
    /// address of the wanted family, <see cref="SocketError.TimedOut"/>, <see cref="SocketError.ConnectionRefused"/>, or what else the last address said.
    /// </exception>
    /// <exception cref="NotSupportedException">The host has no address of a family that the meter measures, or Multipath TCP is forced upon this program.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    /// <exception cref="ArgumentException">The host is empty or stands in brackets, or there is no such port.</exception>
    /// <exception cref="Ebpf.BpfException">The kernel did not let a socket be measured.</exception>
    public async ValueTask<HopConnection> ConnectAsync(string host, int port, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        if (host[0] == '[')
        {
            throw new ArgumentException($"A host stands without brackets and without a port, not '{host}'.", nameof(host));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);

        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_options.ConnectTimeout);
        try
        {
            IPAddress[] addresses = [.. (await ResolveAsync(host, timeout.Token).ConfigureAwait(false)).Where(address => _meter.Measures(address.AddressFamily))];
            if (addresses.Length == 0)
            {
                throw new NotSupportedException($"{host} has no address that can be measured: {_meter.WhyNotMeasured()}");
            }

            AddressRace race = new(_options.AttemptDelay, ConnectAsync);
            return await race.RunAsync(AddressRace.Interleave(addresses), port, timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            string seconds = _options.ConnectTimeout.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            throw new SocketException((int)SocketError.TimedOut, $"{host} port {port} did not answer within {seconds} s");
        }
    }

    /// <summary>The same, blocking the calling thread.</summary>
    /// <inheritdoc cref="ConnectAsync(string, int, CancellationToken)"/>
    public HopConnection Connect(string host, int port) => ConnectAsync(host, port).AsTask().GetAwaiter().GetResult();

    private async Task<HopConnection> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _meter.Arm(socket);
            long start = Stopwatch.GetTimestamp();
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            TimeSpan connectTime = Stopwatch.GetElapsedTime(start);
            HopDistance? distance = _meter.Read(socket);
            if (_options.DisarmAfterReading)
            {
                _meter.Disarm(socket);
            }

            return new HopConnection(socket, endPoint, distance, connectTime);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? literal)
            ? [literal]
            : await LookUpAsync(host, cancellationToken).ConfigureAwait(false);

        // .NET reads an interface that is not there as no zone at all.
        if (literal is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: 0 } && host.Contains('%', StringComparison.Ordinal))
        {
            throw new SocketException((int)SocketError.HostUnreachable, $"There is no interface '{host[(host.IndexOf('%', StringComparison.Ordinal) + 1)..]}' here");
        }

        IPAddress[] wanted =
        [
            .. addresses
                // An IPv4-mapped address is reached over IPv4.
                .Select(static a => a.IsIPv4MappedToIPv6 ? a.MapToIPv4() : a)
                .Where(a => _options.AddressFamily == AddressFamily.Unspecified || a.AddressFamily == _options.AddressFamily),
        ];
        if (wanted.Length > 0)
        {
            return wanted;
        }

        string kind = _options.AddressFamily switch
        {
            AddressFamily.InterNetwork => "IPv4 address",
            AddressFamily.InterNetworkV6 => "IPv6 address",
            _ => "address",
        };
        throw new SocketException((int)SocketError.NoData, $"{host} has no {kind}");
    }

    private static async Task<IPAddress[]> LookUpAsync(string host, CancellationToken cancellationToken)
    {
        string name = ToAscii(host);
        if (name.TrimEnd('.').Length > LongestName)
        {
            throw new SocketException((int)SocketError.HostNotFound, $"A name has at most {LongestName} characters");
        }

        try
        {
            // A look-up that is under way does not stop for the token: it is left to itself.
            return await Dns.GetHostAddressesAsync(name, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            string reason = e.SocketErrorCode == SocketError.TryAgain ? "no name server answered (see /etc/resolv.conf)" : e.Message;
            throw new SocketException((int)e.SocketErrorCode, $"Looking up '{name}' failed: {reason}");
        }
    }

    /// <summary>The name as the DNS wants it: <c>bücher.example</c> becomes <c>xn--bcher-kva.example</c> (RFC 3490). Needs no ICU.</summary>
    private static string ToAscii(string host)
    {
        if (Ascii.IsValid(host))
        {
            return host;
        }

        try
        {
            return new IdnMapping().GetAscii(host.ToLowerInvariant());
        }
        catch (ArgumentException)
        {
            throw new SocketException((int)SocketError.HostNotFound, $"'{host}' is not a valid internationalized name");
        }
    }
}
