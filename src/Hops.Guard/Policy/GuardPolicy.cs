using System.Net;
using System.Net.Sockets;
using Hops.Common.Addresses;
using Hops.Guard.Addresses;

namespace Hops.Guard.Policy;

/// <summary>The options of one guard, checked and for good: what happens to the options later does not matter to it.</summary>
internal sealed class GuardPolicy
{
    private readonly int _minimumHops;
    private readonly Dictionary<string, int> _minimumHopsByHost;
    private readonly (IPNetwork Network, int Hops)[] _minimumHopsByNetwork;
    private readonly HashSet<string> _schemes;
    private readonly HashSet<int> _ports;
    private readonly IPNetwork[] _allowedSpecialPurpose;
    private readonly IPNetwork[] _nearNetworks;
    private readonly HashSet<string> _nearHosts;
    private readonly IPNetwork[] _refused;
    private readonly Func<HopGuardCandidate, bool>? _isAllowed;

    /// <exception cref="ArgumentException">The options are not valid: the message has every mistake.</exception>
    public GuardPolicy(HopGuardOptions options)
    {
        if (OptionTable.MistakesOf(options) is [_, ..] mistakes)
        {
            throw new ArgumentException(string.Join(" ", mistakes), nameof(options));
        }

        _minimumHops = options.MinimumHops!.Value;
        _minimumHopsByHost = options.MinimumHopsByHost.ToDictionary(static pair => HostOf(pair.Key), static pair => pair.Value, StringComparer.Ordinal);
        _minimumHopsByNetwork =
        [
            .. options.MinimumHopsByNetwork
                .Select(static pair => (Network: NetworkOf(pair.Key), Hops: pair.Value))
                .OrderByDescending(static pair => pair.Network.PrefixLength),
        ];
        _schemes = new(options.AllowedSchemes, StringComparer.OrdinalIgnoreCase);
        _ports = [.. options.AllowedPorts];
        _allowedSpecialPurpose = [.. options.AllowedSpecialPurposeNetworks.Select(NetworkOf)];
        _nearNetworks = [.. options.AllowedNearNetworks.Select(NetworkOf)];
        _nearHosts = new(options.AllowedNearHosts.Select(HostOf), StringComparer.Ordinal);
        _refused = [.. options.RefusedNetworks.Select(NetworkOf)];
        _isAllowed = options.IsAllowed;
        Mode = options.Mode;
        AllowMixed = options.AllowMixed;
        RequireMeasurement = options.RequireMeasurement;
        AddressFamily = options.AddressFamily;
        AllowCertificateDownloads = options.AllowCertificateDownloads;
    }

    public int MinimumHops => _minimumHops;

    /// <summary>Minimums of their own, the longest network first; 0 where the distance is of no interest.</summary>
    public IReadOnlyList<(IPNetwork Network, int Hops)> MinimumHopsByNetwork => _minimumHopsByNetwork;

    /// <summary>The ports that may be connected to; empty for all.</summary>
    public IReadOnlyCollection<int> Ports => _ports;

    /// <summary>Networks that are let through although a special-purpose registry has them.</summary>
    public IReadOnlyList<IPNetwork> AllowedSpecialPurpose => _allowedSpecialPurpose;

    /// <summary>Networks whose servers may be near.</summary>
    public IReadOnlyList<IPNetwork> NearNetworks => _nearNetworks;

    /// <summary>Networks that are refused.</summary>
    public IReadOnlyList<IPNetwork> Refused => _refused;

    public HopGuardMode Mode { get; }

    /// <summary>The only family to use; unspecified for both.</summary>
    public AddressFamily AddressFamily { get; }

    public bool AllowMixed { get; }

    public bool RequireMeasurement { get; }

    public bool AllowCertificateDownloads { get; }

    /// <summary>Judges a URL by its scheme.</summary>
    public HopGuardException? JudgeScheme(Uri uri)
    {
        if (_schemes.Contains(uri.Scheme))
        {
            return null;
        }

        DnsEndPoint endPoint = HostName.EndPointOf(uri);
        string verb = Mode == HopGuardMode.Enforce ? "was" : "would have been";
        string text = $"{endPoint.Host} port {endPoint.Port} {verb} refused: the scheme {uri.Scheme} is not allowed ({nameof(HopGuardOptions.AllowedSchemes)})";
        return new(HopGuardReason.Scheme, endPoint, MinimumFor(endPoint.Host), [], text);
    }

    /// <summary>Judges a connection by its port, before anything is looked up.</summary>
    public HopGuardException? JudgePort(DnsEndPoint endPoint)
    {
        if (_ports.Count == 0 || _ports.Contains(endPoint.Port))
        {
            return null;
        }

        string verb = Mode == HopGuardMode.Enforce ? "was" : "would have been";
        string text = $"{endPoint.Host} port {endPoint.Port} {verb} refused: the port is not allowed ({nameof(HopGuardOptions.AllowedPorts)})";
        return new(HopGuardReason.Port, endPoint, MinimumFor(endPoint.Host), [], text);
    }

    /// <summary>Judges an address before it is connected to.</summary>
    /// <param name="endPoint">What the request named.</param>
    /// <param name="address">One of its addresses.</param>
    /// <param name="failure">What the application's own judgement threw: nobody knows what it would have said.</param>
    public HopGuardReason? Judge(DnsEndPoint endPoint, IPAddress address, out Exception? failure)
    {
        failure = null;
        // Each address inside the address, too: a network is refused however its address is encoded.
        foreach (IPAddress inner in EmbeddedAddresses.Of(address))
        {
            if (Contains(_refused, inner))
            {
                return HopGuardReason.Network;
            }

            if (CloudMetadata.Contains(inner) && !IsAllowedAlone(inner))
            {
                return HopGuardReason.CloudMetadata;
            }

            if (SpecialPurpose.Find(inner) is not null && !Contains(_allowedSpecialPurpose, inner))
            {
                return HopGuardReason.SpecialPurpose;
            }
        }

        return _isAllowed is null || IsAllowed(_isAllowed, endPoint, address, out failure) ? null : HopGuardReason.Application;
    }

    /// <summary>Judges a connection by its distance.</summary>
    public HopGuardReason? Judge(string host, IPAddress address, HopDistance? distance)
    {
        if ((_nearHosts.Count > 0 && _nearHosts.Contains(HostName.Canonical(host))) || Contains(_nearNetworks, address))
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

    private int? MinimumOf(string host) =>
        _minimumHopsByHost.Count > 0 && _minimumHopsByHost.TryGetValue(HostName.Canonical(host), out int minimum) ? minimum : null;

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

    /// <summary>Whether a metadata address is allowed by itself, not by a network that it happens to be in.</summary>
    private bool IsAllowedAlone(IPAddress address)
    {
        int bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        return _allowedSpecialPurpose.Any(network =>
            network.PrefixLength == bits && AddressBits.Of(network.BaseAddress) == AddressBits.Of(address));
    }

    private static IPNetwork NetworkOf(string text) =>
        AddressNotation.TryReadNetwork(text, out IPNetwork network, out string? problem) ? network : throw new FormatException(problem);

    private static string HostOf(string text) => HostName.TryRead(text, out string host, out string? problem) ? host : throw new FormatException(problem);

    private static bool Contains(IPNetwork[] networks, IPAddress address)
    {
        foreach (IPNetwork network in networks)
        {
            if (Contains(network, address))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Contains(IPNetwork network, IPAddress candidate)
    {
        // The options have IPv4 networks as such.
        IPAddress address = candidate.IsIPv4MappedToIPv6 ? candidate.MapToIPv4() : candidate;
        // Not IPNetwork.Contains: see AddressBits.
        return network.BaseAddress.AddressFamily == address.AddressFamily
            && (network.PrefixLength == 0 || AddressBits.Of(address).Prefix(network.PrefixLength) == AddressBits.Of(network.BaseAddress));
    }
}
