using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using Hops.Dialing;

namespace Hops;

/// <summary>
/// Connects, and tells how far away the other end is. The addresses of a name are raced (RFC 8305), each on a socket of its own. Thread-safe; make one and
/// keep it.
/// </summary>
public sealed class HopDialer
{
    private readonly HopMeter _meter;
    private readonly HopDialerOptions _options;
    private readonly SingleConnect _connect;

    /// <summary>A dialer that measures with a given meter.</summary>
    public HopDialer(HopMeter meter, HopDialerOptions? options = null)
        : this(meter, options, static family => new Socket(family, SocketType.Stream, ProtocolType.Tcp))
    {
    }

    /// <param name="meter">Measures.</param>
    /// <param name="options">How to connect.</param>
    /// <param name="newSocket">Makes sockets: where they are made decides in which network they are.</param>
    internal HopDialer(HopMeter meter, HopDialerOptions? options, Func<AddressFamily, Socket> newSocket)
    {
        ArgumentNullException.ThrowIfNull(meter);
        _meter = meter;
        _options = options ?? new();
        _connect = new SingleConnect(meter.TtlSource, newSocket, _options.PrepareSocket, _options.DisarmAfterReading);
    }

    /// <summary>A dialer that measures with the best source that this process may use.</summary>
    /// <exception cref="HopMeterUnavailableException">Nothing here can measure.</exception>
    public static HopDialer Create(HopDialerOptions? options = null) => new(HopMeter.Open(), options);

    /// <summary>
    /// Connects to the first address of a host that answers. Where the distance of that connection is unknown, it is measured once more: a second connection to
    /// the same address takes its place, or, if its distance is unknown too, is closed. Over <see cref="HopSource.SocketOption"/> servers that speak first are
    /// often unknown both times.
    /// </summary>
    /// <param name="host">A name, also an internationalized one, or an address: <c>192.0.2.1</c>, <c>2001:db8::1</c>, <c>fe80::1%eth0</c>.</param>
    /// <param name="port">From 1 to 65,535.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="SocketException">
    /// No connection: <see cref="SocketError.HostNotFound"/> or <see cref="SocketError.TryAgain"/> when the name does not resolve,
    /// <see cref="SocketError.NoData"/> when it has no address of the wanted family, <see cref="SocketError.TimedOut"/>,
    /// <see cref="SocketError.ConnectionRefused"/>, or what else the last address said.
    /// </exception>
    /// <exception cref="NotSupportedException">
    /// The host has no address of a family that the meter measures, or Multipath TCP is forced upon this program.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    /// <exception cref="ArgumentException">The host is empty or stands in brackets, or there is no such port.</exception>
    /// <exception cref="Ebpf.BpfException">The kernel did not let a socket be measured.</exception>
    public async ValueTask<HopConnection> ConnectAsync(string host, int port, CancellationToken cancellationToken = default)
    {
        ThrowIfNoPort(port);
        using TimeLimit limit = new(_options.ConnectTimeout, cancellationToken);
        try
        {
            IPAddress[] addresses = await HostAddresses.ResolveAsync(host, _options.AddressFamily, _options.LookUpTimeout, limit.Token).ConfigureAwait(false);
            return new(limit.Keep(await RaceAsync(host, addresses, port, limit.Token).ConfigureAwait(false)));
        }
        catch (OperationCanceledException) when (limit.EndedByTime)
        {
            throw TimedOut(host, port);
        }
    }

    /// <summary>Connects to the first of several addresses that answers, for those who have looked them up: see <see cref="HostAddresses"/>.</summary>
    /// <param name="addresses">At least one, in order of preference. The options' family does not matter.</param>
    /// <param name="port">From 1 to 65,535.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="SocketException">No connection: as above.</exception>
    /// <exception cref="NotSupportedException">No address is of a family that the meter measures, or Multipath TCP is forced upon this program.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    /// <exception cref="ArgumentException">There is no address, or no such port.</exception>
    /// <exception cref="Ebpf.BpfException">The kernel did not let a socket be measured.</exception>
    public ValueTask<HopConnection> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        ArgumentOutOfRangeException.ThrowIfZero(addresses.Count, nameof(addresses));
        ThrowIfNoPort(port);
        // The usual case, with nobody to race: it allocates little.
        return IsOnlyOne(addresses) ? ToOnlyAsync(new IPEndPoint(addresses[0], port), cancellationToken) : ToFirstAsync(addresses, port, cancellationToken);
    }

    /// <summary>The same, blocking the calling thread.</summary>
    /// <inheritdoc cref="ConnectAsync(string, int, CancellationToken)"/>
    public HopConnection Connect(string host, int port) => ConnectAsync(host, port).AsTask().GetAwaiter().GetResult();

    /// <summary>The same, blocking the calling thread; where there is one address, without the help of another thread.</summary>
    /// <inheritdoc cref="ConnectAsync(IReadOnlyList{IPAddress}, int, CancellationToken)"/>
    public HopConnection Connect(IReadOnlyList<IPAddress> addresses, int port)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        ThrowIfNoPort(port);
        return OperatingSystem.IsLinux() && IsOnlyOne(addresses)
            ? ToOnly(new IPEndPoint(addresses[0], port))
            : ConnectAsync(addresses, port).AsTask().GetAwaiter().GetResult();
    }

    private static void ThrowIfNoPort(int port)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
    }

    // The message of .NET's own exception has the address in it, or not, depending on how the socket connected.
    private static SocketException At(IPEndPoint endPoint, SocketError error) => new((int)error, $"{new SocketException((int)error).Message} ({endPoint})");

    private bool IsOnlyOne(IReadOnlyList<IPAddress> addresses) =>
        addresses.Count == 1 && !addresses[0].IsIPv4MappedToIPv6 && _meter.Measures(addresses[0].AddressFamily);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<HopConnection> ToOnlyAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        using TimeLimit limit = new(_options.ConnectTimeout, cancellationToken);
        try
        {
            return new(limit.Keep(await _connect.RunAsync(endPoint, limit.Token).ConfigureAwait(false)));
        }
        catch (OperationCanceledException) when (limit.EndedByTime)
        {
            throw TimedOut(endPoint.Address.ToString(), endPoint.Port);
        }
        catch (SocketException e)
        {
            throw At(endPoint, e.SocketErrorCode);
        }
    }

    [SupportedOSPlatform("linux")]
    private HopConnection ToOnly(IPEndPoint endPoint)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            return new(_connect.Run(endPoint, _options.ConnectTimeout));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.TimedOut && IsOver(start))
        {
            throw TimedOut(endPoint.Address.ToString(), endPoint.Port);
        }
        catch (SocketException e)
        {
            throw At(endPoint, e.SocketErrorCode);
        }
    }

    private bool IsOver(long start) => _options.ConnectTimeout != Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(start) >= _options.ConnectTimeout;

    private async ValueTask<HopConnection> ToFirstAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        IPAddress[] plain = [.. addresses.Select(static a => a.IsIPv4MappedToIPv6 ? a.MapToIPv4() : a)];
        string host = string.Join(", ", plain.AsEnumerable());
        using TimeLimit limit = new(_options.ConnectTimeout, cancellationToken);
        try
        {
            return new(limit.Keep(await RaceAsync(host, plain, port, limit.Token).ConfigureAwait(false)));
        }
        catch (OperationCanceledException) when (limit.EndedByTime)
        {
            throw TimedOut(host, port);
        }
    }

    private async Task<DialedSocket> RaceAsync(string host, IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        IPAddress[] measurable = [.. addresses.Where(address => _meter.Measures(address.AddressFamily))];
        if (measurable.Length == 0)
        {
            throw new NotSupportedException($"{host} has no address that can be measured: {_meter.WhyNotMeasured()}");
        }

        try
        {
            AddressRace race = new(_options.AttemptDelay, _connect.RunAsync);
            return await race.RunAsync(HostAddresses.Interleave(measurable, _options.MaximumAddresses), port, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e) when (measurable.Length < addresses.Length)
        {
            throw new SocketException((int)e.SocketErrorCode, $"{e.Message}; its IPv4 addresses were not tried: {_meter.WhyNotMeasured()}");
        }
    }

    private SocketException TimedOut(string host, int port)
    {
        string seconds = _options.ConnectTimeout.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        return new SocketException((int)SocketError.TimedOut, $"{host} port {port} did not answer within {seconds} s");
    }
}
