using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Hops.Guard.Watching;

namespace Hops.Guard.Connecting;

/// <summary>The real network: names by the system's resolver, connections by a <see cref="HopDialer"/>.</summary>
internal sealed class SocketNetwork : HopNetwork
{
    private readonly HopMeter? _meter;
    private readonly HopDialer? _dialer;
    private readonly TimeSpan _connectTimeout;
    private readonly TimeSpan _lookUpTimeout;
    private readonly AddressFamily[] _families;

    /// <param name="meter">Measures; null on a machine that cannot, where every distance is unknown.</param>
    /// <param name="options">The guard's.</param>
    public SocketNetwork(HopMeter? meter, HopGuardOptions options)
    {
        _meter = meter;
        _connectTimeout = options.ConnectTimeout;
        _lookUpTimeout = options.LookUpTimeout;
        _families = options.AddressFamily == AddressFamily.Unspecified ? [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6] : [options.AddressFamily];
        _dialer = meter is null ? null : new HopDialer(meter, new() { ConnectTimeout = options.ConnectTimeout, DisarmAfterReading = true });
    }

    /// <summary>Opens the best meter, or that of the options.</summary>
    /// <exception cref="HopMeterUnavailableException">Nothing here can measure, and the options require it.</exception>
    public static SocketNetwork Open(HopGuardOptions options)
    {
        HopMeter? meter = null;
        try
        {
            meter = options.Source is { } source ? HopMeter.Open(source) : HopMeter.Open();
        }
        catch (HopMeterUnavailableException) when (options.Mode == HopGuardMode.ReportOnly || !options.RequireMeasurement)
        {
            // A developer's machine: the addresses are judged, the distances unknown.
        }

        return new SocketNetwork(meter, options);
    }

    /// <summary>Makes a sentence, without its full stop, of a reason why something is not measured.</summary>
    public Func<HopSourceRefusal, string> Describe { get; set; } = static refusal => refusal.ToString();

    public override string Source => _meter?.Source.ToString() ?? "none";

    public override ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) =>
        // An address without a zone needs no look-up and no check.
        IPAddress.TryParse(host, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetwork
            ? new([address])
            : LookUpAsync(host, cancellationToken);

    private async ValueTask<IReadOnlyList<IPAddress>> LookUpAsync(string host, CancellationToken cancellationToken) =>
        await HostAddresses.ResolveAsync(host, AddressFamily.Unspecified, _lookUpTimeout, cancellationToken).ConfigureAwait(false);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<MeasuredConnection> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        if (Measurable(addresses) > 0)
        {
            try
            {
                HopConnection connection = await _dialer!.ConnectAsync(addresses, port, cancellationToken).ConfigureAwait(false);
                return new(StreamOf(connection.Socket), connection.RemoteEndPoint.Address, connection.Distance)
                {
                    WhyUnknown = connection.Distance is not null ? null
                        : _meter!.Source == HopSource.SocketOption
                        ? "on two connections a second packet arrived before the first could be read: a server that speaks first needs another source"
                        : "twice the answers contradicted each other, or were overwritten",
                };
            }
            catch (SocketException) when (Measurable(addresses) < addresses.Count)
            {
                // Those that cannot be measured are left.
            }
        }

        return await ConnectUnmeasuredAsync([.. addresses.Where(address => !Measures(address))], port, cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask VerifyAsync(CancellationToken cancellationToken)
    {
        foreach (AddressFamily family in FamiliesToMeasure())
        {
            await VerifyAsync(family, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The families of the connections that this host makes: those of which it has an address beyond loopback. Each must be measured, or its connections would
    /// all be refused. On a host without such an address it is the families of loopback, of which one is enough.
    /// </summary>
    /// <exception cref="HopMeasurementException">One of them is not measured, or there is none.</exception>
    public IReadOnlyList<AddressFamily> FamiliesToMeasure()
    {
        HostFamilies host = HostFamilies.Read();
        AddressFamily[] needed = [.. _families.Where(host.Beyond.Contains)];
        if (needed.Length == 0)
        {
            AddressFamily[] loopback = [.. _families.Where(host.Loopback.Contains)];
            needed = [.. loopback.Where(Measures)];
            needed = needed.Length > 0 ? needed : loopback;
        }

        if (needed.Length == 0)
        {
            throw new HopMeasurementException(
                $"This host has no {string.Join(" and no ", _families.Select(NameOf))} address, not even of loopback.",
                _families is [AddressFamily only] ? only : AddressFamily.Unspecified);
        }

        if (!needed.All(Measures))
        {
            AddressFamily missing = needed.First(family => !Measures(family));
            AddressFamily[] measured = [.. needed.Where(Measures)];
            string alone = measured.Length == 0 ? "" : $" Where {NameOf(measured[0])} is enough, set {nameof(HopGuardOptions.AddressFamily)} to {measured[0]}.";
            throw new HopMeasurementException(
                $"This host has {NameOf(missing)}, and connections over it cannot be measured: {WhyUnmeasured()}.{alone}", missing, refusals: _meter?.Refusals);
        }

        return needed;
    }

    private async Task VerifyAsync(AddressFamily family, CancellationToken cancellationToken)
    {
        IPAddress loopback = family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback;
        using Socket listener = new(family, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(loopback, 0));
        listener.Listen();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        using GuardedConnect.Mark mark = GuardedConnect.Begin();
        using HopConnection connection = await _dialer!.ConnectAsync([loopback], port, cancellationToken).ConfigureAwait(false);
        if (connection.Distance is not { Hops: 0 })
        {
            string measured = connection.Distance?.ToString() ?? "unknown";
            throw new HopMeasurementException(
                $"A connection of this host to its own {loopback} measured {measured} by {Source}, not 0 hops.", family, connection.Distance);
        }
    }

    /// <summary>Why a family is not measured, and what would change that: for the end of a sentence.</summary>
    private string WhyUnmeasured() => _meter is null
        ? "nothing measures here"
        : string.Join("; ", _meter.Refusals.Select(Describe).Prepend($"{Source} measures IPv6 only"));

    private static string NameOf(AddressFamily family) => family == AddressFamily.InterNetwork ? "IPv4" : "IPv6";

    private bool Measures(AddressFamily family) => _meter?.Measures(family) == true;

    private bool Measures(IPAddress address) => Measures(address.AddressFamily);

    private int Measurable(IReadOnlyList<IPAddress> addresses)
    {
        int count = 0;
        for (int i = 0; i < addresses.Count; i++)
        {
            count += Measures(addresses[i]) ? 1 : 0;
        }

        return count;
    }

    /// <summary>Connects if no source can measure. The distance is then unknown, which a guard that requires a measurement refuses.</summary>
    private async Task<MeasuredConnection> ConnectUnmeasuredAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_connectTimeout);
        for (int i = 0; ; i++)
        {
            Socket socket = new(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(addresses[i], port), timeout.Token).ConfigureAwait(false);
                return new(StreamOf(socket), addresses[i], null) { WhyUnknown = WhyUnmeasured() };
            }
            catch (SocketException) when (i < addresses.Length - 1)
            {
                socket.Dispose();
            }
            catch (Exception e)
            {
                socket.Dispose();
                if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                {
                    throw new SocketException((int)SocketError.TimedOut);
                }

                throw;
            }
        }
    }

    private static NetworkStream StreamOf(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
