using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using Hops.Dialing;

namespace Hops;

/// <summary>
/// Connects to TCP servers and measures how far away they are. The addresses of a name are raced (RFC 8305), each on a socket of its own. Thread-safe: create
/// one and reuse it.
/// </summary>
public sealed class HopDialer
{
    private readonly HopMeter _meter;
    private readonly HopDialerOptions _options;
    private readonly SingleConnect _connect;

    /// <summary>Initializes a new dialer that measures with the given meter.</summary>
    public HopDialer(HopMeter meter, HopDialerOptions? options = null)
        : this(meter, options, static family => new Socket(family, SocketType.Stream, ProtocolType.Tcp))
    {
    }

    /// <summary>Initializes a new dialer whose sockets come from a function, such as one that creates them in another network namespace.</summary>
    internal HopDialer(HopMeter meter, HopDialerOptions? options, Func<AddressFamily, Socket> newSocket)
    {
        ArgumentNullException.ThrowIfNull(meter);
        _meter = meter;
        _options = options ?? new();
        _connect = new SingleConnect(meter.TtlSource, newSocket, _options.PrepareSocket, _options.DisarmAfterReading);
    }

    /// <summary>Returns a new dialer that measures with the best source that this process may use (<see cref="HopMeter.Open()"/>).</summary>
    /// <exception cref="HopMeterUnavailableException">No source can measure here.</exception>
    public static HopDialer Create(HopDialerOptions? options = null) => new(HopMeter.Open(), options);

    /// <summary>
    /// Connects to the first address of a host that answers. If the distance of that connection is unknown, a second connection is made to the same address. It
    /// replaces the first one if its distance is known, and is closed otherwise. With <see cref="HopSource.SocketOption"/> both distances are often unknown if
    /// the server speaks first.
    /// </summary>
    /// <param name="host">A name, which may be internationalized, or an address: <c>192.0.2.1</c>, <c>2001:db8::1</c>, <c>fe80::1%eth0</c>.</param>
    /// <param name="port">From 1 to 65,535.</param>
    /// <param name="cancellationToken">Cancels connecting.</param>
    /// <exception cref="SocketException">
    /// No connection could be made: <see cref="SocketError.HostNotFound"/> or <see cref="SocketError.TryAgain"/> if the name does not resolve,
    /// <see cref="SocketError.NoData"/> if it has no address of the requested family, <see cref="SocketError.TimedOut"/>,
    /// <see cref="SocketError.ConnectionRefused"/>, or another error of the last address.
    /// </exception>
    /// <exception cref="NotSupportedException">
    /// The host has no address of a family that the meter measures, or this program is forced to use Multipath TCP.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    /// <exception cref="ArgumentException">The host is empty or in brackets, or the port is out of range.</exception>
    /// <exception cref="Ebpf.BpfException">The kernel refused to measure a socket.</exception>
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

    /// <summary>Connects to the first of several addresses that answers. <see cref="HostAddresses"/> looks addresses up.</summary>
    /// <param name="addresses">At least one, in order of preference. <see cref="HopDialerOptions.AddressFamily"/> is ignored.</param>
    /// <param name="port">From 1 to 65,535.</param>
    /// <param name="cancellationToken">Cancels connecting.</param>
    /// <exception cref="SocketException">
    /// No connection could be made: <see cref="SocketError.TimedOut"/>, <see cref="SocketError.ConnectionRefused"/>, or another error of the last address.
    /// </exception>
    /// <exception cref="NotSupportedException">No address is of a family that the meter measures, or this program is forced to use Multipath TCP.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    /// <exception cref="ArgumentException">There is no address, or the port is out of range.</exception>
    /// <exception cref="Ebpf.BpfException">The kernel refused to measure a socket.</exception>
    public ValueTask<HopConnection> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        ArgumentOutOfRangeException.ThrowIfZero(addresses.Count, nameof(addresses));
        ThrowIfNoPort(port);
        // A single address, the usual case, needs no race and allocates little.
        return IsOnlyOne(addresses) ? ToOnlyAsync(new IPEndPoint(addresses[0], port), cancellationToken) : ToFirstAsync(addresses, port, cancellationToken);
    }

    /// <summary>Connects to the first address of a host that answers, blocking the calling thread.</summary>
    /// <inheritdoc cref="ConnectAsync(string, int, CancellationToken)"/>
    public HopConnection Connect(string host, int port) => ConnectAsync(host, port).AsTask().GetAwaiter().GetResult();

    /// <summary>Connects to the first of several addresses that answers, blocking the calling thread. With one address it uses no other thread.</summary>
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

    // The message of .NET's exception contains the address only after some ways of connecting.
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
