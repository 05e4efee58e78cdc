using System.Net;
using System.Net.Sockets;
using Hops.Http.Addresses;

namespace Hops.Http.Policy;

/// <summary>The options of one guard, checked and for good: what happens to the options later does not matter to it.</summary>
internal sealed class GuardPolicy
{
    private readonly int _minimumHops;
    private readonly Dictionary<string, int> _minimumHopsOf;
    private readonly HashSet<string> _schemes;
    private readonly IPNetwork[] _allowedSpecialPurpose;
    private readonly IPNetwork[] _nearNetworks;
    private readonly HashSet<string> _nearHosts;
    private readonly IPNetwork[] _refused;
    private readonly Func<IPAddress, bool>? _filter;

    /// <exception cref="ArgumentException">The options are not valid: the message has every mistake.</exception>
    public GuardPolicy(HopGuardOptions options)
    {
        string[] mistakes = [.. OptionMistakes.Of(options)];
        if (mistakes.Length > 0)
        {
            throw new ArgumentException(string.Join(" ", mistakes), nameof(options));
        }

        _minimumHops = options.MinimumHops!.Value;
        _minimumHopsOf = options.MinimumHopsOf.ToDictionary(static pair => HostName.Canonical(HostName.Ascii(pair.Key)), static pair => pair.Value, StringComparer.OrdinalIgnoreCase);
        _schemes = new(options.AllowedSchemes, StringComparer.OrdinalIgnoreCase);
        _allowedSpecialPurpose = [.. options.AllowedSpecialPurpose.Select(IPNetwork.Parse)];
        _nearNetworks = [.. options.AllowedNear.Where(static text => IPNetwork.TryParse(text, out _)).Select(IPNetwork.Parse)];
        _nearHosts = new(options.AllowedNear.Where(static text => !IPNetwork.TryParse(text, out _)).Select(HostName.Ascii).Select(HostName.Canonical), StringComparer.OrdinalIgnoreCase);
        _refused = [.. options.Refused.Select(IPNetwork.Parse)];
        _filter = options.Filter;
        Mode = options.Mode;
        AllowMixed = options.AllowMixed;
        RequireMeasurement = options.RequireMeasurement;
        AllowCertificateDownloads = options.AllowCertificateDownloads;
    }

    public int MinimumHops => _minimumHops;

    public HopGuardMode Mode { get; }

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
        return new(HopGuardReason.Scheme, endPoint, [], $"{endPoint.Host} port {endPoint.Port} {verb} refused: the scheme {uri.Scheme} is not allowed ({nameof(HopGuardOptions.AllowedSchemes)})");
    }

    /// <summary>Judges an address before it is connected to.</summary>
    public HopGuardReason? Judge(IPAddress address)
    {
        // Each address inside the address, too: a network is refused in whatever clothes it comes.
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

        return _filter is null || _filter(address) ? null : HopGuardReason.Filter;
    }

    /// <summary>Judges a connection by its distance.</summary>
    public HopGuardReason? Judge(string host, IPAddress address, HopDistance? distance)
    {
        if (_nearHosts.Contains(HostName.Canonical(host)) || Contains(_nearNetworks, address))
        {
            return null;
        }

        return distance switch
        {
            null => RequireMeasurement ? HopGuardReason.Unknown : null,
            { IsPlausible: false } => HopGuardReason.Implausible,
            { } measured => measured.Hops < MinimumFor(host) ? HopGuardReason.Near : null,
        };
    }

    public int MinimumFor(string host) => _minimumHopsOf.TryGetValue(HostName.Canonical(host), out int minimum) ? minimum : _minimumHops;

    /// <summary>Whether a metadata address is allowed by itself, not by a network that it happens to be in.</summary>
    private bool IsAllowedAlone(IPAddress address) => _allowedSpecialPurpose.Any(network =>
        AddressBits.Of(network.BaseAddress) == AddressBits.Of(address) && network.PrefixLength == (address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128));

    private static bool Contains(IPNetwork[] networks, IPAddress address)
    {
        foreach (IPNetwork network in networks)
        {
            // Not IPNetwork.Contains: see AddressBits.
            if (network.BaseAddress.AddressFamily == address.AddressFamily
                && (network.PrefixLength == 0 || AddressBits.Of(address).Prefix(network.PrefixLength) == AddressBits.Of(network.BaseAddress)))
            {
                return true;
            }
        }

        return false;
    }
}
