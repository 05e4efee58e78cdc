using System.Net.Sockets;

namespace Hops.Guard;

/// <summary>
/// Provides options for a <see cref="HopGuard"/>: which connections and requests it allows. A guard copies its options; later changes have no effect on it.
/// </summary>
/// <remarks>
/// A network is written as <c>10.1.0.0/16</c> or <c>2001:db8::/32</c>: a full address, with no bits set after the prefix. A host is a name, compared as in DNS,
/// or an address (<c>192.0.2.1</c>, <c>2001:db8::1</c>). A pattern such as <c>*.partner.example</c> matches all names below a name, at any depth, but not that
/// name itself. An entry for a host takes precedence over patterns, and a longer pattern over a shorter one.
/// </remarks>
public sealed class HopGuardOptions
{
    /// <summary>
    /// Gets or sets the minimum distance of a server, in hops: from 1 to 35. Required: there is no default, because the distance at which the outside begins
    /// depends on the network. Measure it with <see cref="HopGuard.CalibrateAsync"/>.
    /// </summary>
    public int? MinimumHops { get; set; }

    /// <summary>Gets the minimum distances of hosts and patterns of hosts, in place of <see cref="MinimumHops"/>: from 0 to 35.</summary>
    public IDictionary<string, int> MinimumHopsByHost { get; } = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Gets the minimum distances of servers in networks, in place of <see cref="MinimumHops"/>: from 0 to 35. If an address is in several networks, the one
    /// with the longest prefix applies; the minimum of a host takes precedence over all of them. With 0 the distance is ignored, as in
    /// <see cref="AllowedNearNetworks"/>.
    /// </summary>
    public IDictionary<string, int> MinimumHopsByNetwork { get; } = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the hosts and patterns of hosts that may be near. Their addresses are still checked.</summary>
    public ICollection<string> AllowedNearHosts { get; } = new List<string>();

    /// <summary>
    /// Gets or sets whether a server may also be near if its address is one of a host in <see cref="AllowedNearHosts"/> (patterns excluded), whatever name the
    /// request used, such as an alias or, after a redirect, the bare address. These hosts are looked up when a connection would be refused for its distance;
    /// the answer is cached for 30 seconds. A user who may supply host names can then reach that server under another name. Default: false.
    /// </summary>
    public bool MatchNearHostsByAddress { get; set; }

    /// <summary>Gets the networks whose servers may be near. Their addresses are still checked.</summary>
    public ICollection<string> AllowedNearNetworks { get; } = new List<string>();

    /// <summary>
    /// Gets the networks that are allowed although they are in a special-purpose registry, such as private ones. Their servers are still measured.
    /// </summary>
    public ICollection<string> AllowedSpecialPurposeNetworks { get; } = new List<string>();

    /// <summary>Gets the networks that are refused, whatever their distance.</summary>
    public ICollection<string> RefusedNetworks { get; } = new List<string>();

    /// <summary>
    /// Gets the hosts and patterns of hosts that may be connected to, which are checked before any look-up. If empty, the default, all hosts are allowed.
    /// </summary>
    public ICollection<string> AllowedHosts { get; } = new List<string>();

    /// <summary>Gets the ports that may be connected to, from 1 to 65535. If empty, the default, all ports are allowed.</summary>
    public ICollection<int> AllowedPorts { get; } = new HashSet<int>();

    /// <summary>
    /// Gets or sets whether .NET may download data that certificates refer to: issuers that a server did not send, revocation lists and OCSP answers. <b>These
    /// downloads are not guarded</b>: the owner of a server chooses their addresses, which can be near or those of a cloud's metadata service. For HTTP only.
    /// Default: false.
    /// </summary>
    public bool AllowCertificateDownloads { get; set; }

    /// <summary>Gets the schemes that requests may have. For HTTP only. Default: <c>https</c> and <c>wss</c>.</summary>
    public ICollection<string> AllowedSchemes { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { Uri.UriSchemeHttps, Uri.UriSchemeWss };

    /// <summary>
    /// Gets or sets whether a host is allowed if only some of its addresses are refused; the other addresses are then used. Such a name is suspicious, because
    /// its owner may point it to any address. Default: false.
    /// </summary>
    public bool AllowMixed { get; set; }

    /// <summary>
    /// Gets or sets a function that decides whether an address is allowed, in addition to the other options; in code only. It is called once for each address
    /// of a connection that the other options allow, before connecting; it must be quick and thread-safe. If it throws, the address is refused, and the
    /// exception is logged and is the inner exception of the <see cref="HopGuardException"/>.
    /// </summary>
    public Func<HopGuardCandidate, bool>? IsAllowed { get; set; }

    /// <summary>
    /// Gets or sets whether a connection with an unknown distance is refused. If false, only its address is checked: this allows servers that can make readings
    /// unknown, and all servers if no source can measure. Default: true.
    /// </summary>
    public bool RequireMeasurement { get; set; } = true;

    /// <summary>Gets or sets whether the guard refuses connections or only reports them. Default: <see cref="HopGuardMode.Enforce"/>.</summary>
    public HopGuardMode Mode { get; set; }

    /// <summary>Gets or sets the limit for connecting, without the look-up of the name: more than zero, up to a day. Default: 15 seconds.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets or sets the limit for the look-up of a name: more than zero, up to a day. Default: 5 seconds.</summary>
    public TimeSpan LookUpTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets or sets the address family to use: <see cref="AddressFamily.InterNetwork"/> for IPv4 only, <see cref="AddressFamily.InterNetworkV6"/> for IPv6
    /// only, <see cref="AddressFamily.Unspecified"/>, the default, for both. The families in use that this machine has addresses of must be measurable, or the
    /// application's host does not start.
    /// </summary>
    public AddressFamily AddressFamily { get; set; }

    /// <summary>Gets or sets the source that measures; null, the default, for the best one that the process may use.</summary>
    public HopMeterSource? Source { get; set; }

    /// <summary>Gets the mistakes in the configuration, each with its option if it concerns one. Options with mistakes are not valid.</summary>
    internal List<(string Option, string Sentence)> ConfigurationMistakes { get; } = [];
}
