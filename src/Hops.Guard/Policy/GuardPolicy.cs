using System.Net;
using System.Net.Sockets;
using Hops.Common.Addresses;
using Hops.Guard.Addresses;

namespace Hops.Guard.Policy;

/// <summary>The checked options of one guard. Later changes of the options have no effect; only the refused networks can be replaced.</summary>
internal sealed class GuardPolicy
{
    private int _minimumHops;
    private readonly HostTable<int> _minimumHopsByHost;
    private readonly (IPNetwork Network, int Hops)[] _minimumHopsByNetwork;
    private readonly HashSet<string> _schemes;
    private readonly HashSet<int> _ports;
    private readonly NetworkSet _allowedSpecialPurpose;
    private readonly NetworkSet _nearNetworks;
    private readonly HostTable<bool> _allowedHosts;
    private readonly HostTable<bool> _nearHosts;
    private readonly RefusedNetworks _refused;
    private readonly Func<HopGuardCandidate, bool>? _isAllowed;

    /// <exception cref="ArgumentException">The options are not valid: the message has every mistake.</exception>
    public GuardPolicy(HopGuardOptions options)
    {
        if (OptionTable.MistakesOf(options) is [_, ..] mistakes)
        {
            throw new ArgumentException(string.Join(" ", mistakes), nameof(options));
        }

        _minimumHops = options.MinimumHops!.Value;
        _minimumHopsByHost = new(options.MinimumHopsByHost);
        _minimumHopsByNetwork =
        [
            .. options.MinimumHopsByNetwork
                .Select(static pair => (Network: NetworkOf(pair.Key), Hops: pair.Value))
                .OrderByDescending(static pair => pair.Network.PrefixLength),
        ];
        _schemes = new(options.AllowedSchemes, StringComparer.OrdinalIgnoreCase);
        _ports = [.. options.AllowedPorts];
        _allowedSpecialPurpose = new(options.AllowedSpecialPurposeNetworks.Select(NetworkOf));
        _nearNetworks = new(options.AllowedNearNetworks.Select(NetworkOf));
        _allowedHosts = SetOf(options.AllowedHosts);
        _nearHosts = SetOf(options.AllowedNearHosts);
        _refused = new() { Current = new(options.RefusedNetworks.Select(NetworkOf)) };
        _isAllowed = options.IsAllowed;
        Mode = options.Mode;
        AllowMixed = options.AllowMixed;
        RequireMeasurement = options.RequireMeasurement;
        AddressFamily = options.AddressFamily;
        AllowCertificateDownloads = options.AllowCertificateDownloads;
        MatchNearHostsByAddress = options.MatchNearHostsByAddress;
    }

    public int MinimumHops => _minimumHops;

    /// <summary>Minimums of their own, the longest network first; 0 where the distance is of no interest.</summary>
    public IReadOnlyList<(IPNetwork Network, int Hops)> MinimumHopsByNetwork => _minimumHopsByNetwork;

    /// <summary>The ports that may be connected to; empty for all.</summary>
    public IReadOnlyCollection<int> Ports => _ports;

    /// <summary>Networks that are let through although a special-purpose registry has them.</summary>
    public IReadOnlyList<IPNetwork> AllowedSpecialPurpose => _allowedSpecialPurpose.Networks;

    /// <summary>Networks whose servers may be near.</summary>
    public IReadOnlyList<IPNetwork> NearNetworks => _nearNetworks.Networks;

    /// <summary>Networks that are refused.</summary>
    public IReadOnlyList<IPNetwork> Refused => _refused.Current.Networks;

    /// <summary>Hosts that may be near, without the patterns.</summary>
    public IReadOnlyCollection<string> NearHosts => _nearHosts.Hosts;

    /// <summary>Whether the addresses of <see cref="NearHosts"/> may be near under other names, too.</summary>
    public bool MatchNearHostsByAddress { get; }

    public HopGuardMode Mode { get; }

    /// <summary>The only family to use; unspecified for both.</summary>
    public AddressFamily AddressFamily { get; }

    public bool AllowMixed { get; }

    public bool RequireMeasurement { get; }

    public bool AllowCertificateDownloads { get; }

    /// <summary>The same policy, with another minimum distance. What is refused by network stays one list.</summary>
    /// <param name="hops">From 1 to 35.</param>
    public GuardPolicy WithMinimumHops(int hops)
    {
        GuardPolicy other = (GuardPolicy)MemberwiseClone();
        other._minimumHops = hops;
        return other;
    }

    /// <summary>Puts other refused networks in the place of those that there are, at once for all connections that are judged from now on.</summary>
    /// <exception cref="ArgumentException">One is no network: nothing is replaced.</exception>
    public void ReplaceRefused(IEnumerable<string> networks)
    {
        List<IPNetwork> read = [];
        List<string> mistakes = [];
        foreach (string text in networks)
        {
            if (OptionKinds.Network.MistakeOf($"{nameof(HopGuardOptions.RefusedNetworks)} has", text) is { } mistake)
            {
                mistakes.Add(mistake);
            }
            else
            {
                read.Add(NetworkOf(text));
            }
        }

        _refused.Current = mistakes.Count == 0 ? new NetworkSet(read) : throw new ArgumentException(string.Join(" ", mistakes), nameof(networks));
    }

    /// <summary>Judges a URL by its scheme.</summary>
    public HopGuardException? JudgeScheme(Uri uri)
    {
        if (_schemes.Contains(uri.Scheme))
        {
            return null;
        }

        return Refuse(HostName.EndPointOf(uri), HopGuardReason.Scheme, $"the scheme {uri.Scheme} is not allowed ({nameof(HopGuardOptions.AllowedSchemes)})");
    }

    /// <summary>Judges a connection by the host and the port that it names, before anything is looked up.</summary>
    public HopGuardException? JudgeName(DnsEndPoint endPoint) =>
        !_allowedHosts.IsEmpty && !_allowedHosts.TryFind(endPoint.Host, out _)
            ? Refuse(endPoint, HopGuardReason.Host, $"the host is not one of those that are allowed ({nameof(HopGuardOptions.AllowedHosts)})")
        : _ports.Count > 0 && !_ports.Contains(endPoint.Port)
            ? Refuse(endPoint, HopGuardReason.Port, $"the port is not allowed ({nameof(HopGuardOptions.AllowedPorts)})")
        : null;

    /// <summary>Judges an address before it is connected to.</summary>
    /// <param name="endPoint">What the request named.</param>
    /// <param name="address">One of its addresses.</param>
    /// <param name="failure">The exception of the application's <c>IsAllowed</c>, after which the address counts as refused.</param>
    public HopGuardReason? Judge(DnsEndPoint endPoint, IPAddress address, out Exception? failure)
    {
        failure = null;
        NetworkSet refused = _refused.Current;
        // Each address inside the address, too: a network is refused however its address is encoded.
        foreach (IPAddress inner in EmbeddedAddresses.Of(address))
        {
            if (refused.Contains(inner))
            {
                return HopGuardReason.Network;
            }

            if (CloudMetadata.Contains(inner) && !IsAllowedAlone(inner))
            {
                return HopGuardReason.CloudMetadata;
            }

            if (SpecialPurpose.Find(inner) is not null && !_allowedSpecialPurpose.Contains(inner))
            {
                return HopGuardReason.SpecialPurpose;
            }
        }

        return _isAllowed is null || IsAllowed(_isAllowed, endPoint, address, out failure) ? null : HopGuardReason.Application;
    }

    /// <summary>Judges a connection by its distance.</summary>
    public HopGuardReason? Judge(string host, IPAddress address, HopDistance? distance)
    {
        if (_nearHosts.TryFind(host, out _) || _nearNetworks.Contains(address))
        {
            return null;
        }

        // No host's: those are measured all the same.
        int minimum = MinimumFor(host, address);
        if (minimum == 0 && MinimumOf(host) is null)
        {
            return null;
        }

        return distance switch
        {
            null => RequireMeasurement ? HopGuardReason.Unknown : null,
            { IsPlausible: false } => HopGuardReason.Implausible,
            { } measured => measured.Hops < minimum ? HopGuardReason.Near : null,
        };
    }

    /// <summary>The minimum of a host whose address is not known.</summary>
    public int MinimumFor(string host) => MinimumOf(host) ?? _minimumHops;

    /// <summary>The host's own minimum, or that of the longest network that its address is in.</summary>
    public int MinimumFor(string host, IPAddress address)
    {
        if (MinimumOf(host) is { } ofHost)
        {
            return ofHost;
        }

        foreach ((IPNetwork network, int hops) in _minimumHopsByNetwork)
        {
            if (Contains(network, address))
            {
                return hops;
            }
        }

        return _minimumHops;
    }

    private int? MinimumOf(string host) => _minimumHopsByHost.TryFind(host, out int minimum) ? minimum : null;

    private HopGuardException Refuse(DnsEndPoint endPoint, HopGuardReason reason, string why)
    {
        string verb = Mode == HopGuardMode.Enforce ? "was" : "would have been";
        return new(reason, endPoint, MinimumFor(endPoint.Host), [], $"{endPoint.Host} port {endPoint.Port} {verb} refused: {why}");
    }

    private static bool IsAllowed(Func<HopGuardCandidate, bool> judge, DnsEndPoint endPoint, IPAddress address, out Exception? failure)
    {
        failure = null;
        try
        {
            return judge(new(HostName.Canonical(endPoint.Host), endPoint.Port, address, [.. EmbeddedAddresses.Of(address).Skip(1)]));
        }
#pragma warning disable CA1031 // Whatever it is, the address was not allowed.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e;
            return false;
        }
    }

    /// <summary>Replaced as a whole; shared by policies that differ in their minimum alone.</summary>
    private sealed class RefusedNetworks
    {
        private volatile NetworkSet _current = new([]);

        public NetworkSet Current
        {
            get => _current;
            set => _current = value;
        }
    }

    /// <summary>Whether a metadata address is allowed by itself, not by a network that it happens to be in.</summary>
    private bool IsAllowedAlone(IPAddress address)
    {
        int bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        return _allowedSpecialPurpose.Networks.Any(network =>
            network.PrefixLength == bits && AddressBits.Of(network.BaseAddress) == AddressBits.Of(address));
    }

    private static IPNetwork NetworkOf(string text) =>
        AddressNotation.TryReadNetwork(text, out IPNetwork network, out string? problem) ? network : throw new FormatException(problem);

    private static HostTable<bool> SetOf(IEnumerable<string> hosts) =>
        new(hosts.DistinctBy(static text => HostName.TryReadPattern(text, out string host, out _) ? host : text)
            .Select(static text => KeyValuePair.Create(text, true)));

    private static bool Contains(IPNetwork network, IPAddress candidate)
    {
        // The options have IPv4 networks as such.
        IPAddress address = candidate.IsIPv4MappedToIPv6 ? candidate.MapToIPv4() : candidate;
        // Not IPNetwork.Contains: see AddressBits.
        return network.BaseAddress.AddressFamily == address.AddressFamily
            && (network.PrefixLength == 0 || AddressBits.Of(address).Prefix(network.PrefixLength) == AddressBits.Of(network.BaseAddress));
    }
}
