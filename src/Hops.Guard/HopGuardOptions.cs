using System.Net.Sockets;

namespace Hops.Guard;

/// <summary>
/// Which connections and requests a guard lets through. A guard takes a copy when it is made: later changes have no effect on it.
/// </summary>
/// <remarks>
/// A network is written as <c>10.1.0.0/16</c> or <c>2001:db8::/32</c>: all of the address, and no bits behind the prefix. A host is a name, compared as DNS
/// does, or an address (<c>192.0.2.1</c>, <c>2001:db8::1</c>). A pattern of hosts, <c>*.partner.example</c>, is all names below a name, at any depth, and not that
/// name itself; a host's own entry comes before those of patterns, and of several patterns the longest decides.
/// </remarks>
public sealed class HopGuardOptions
{
    /// <summary>
    /// The minimum distance of a server, in hops: from 1 to 35. The distance at which outside begins differs from one network to the next, so there is no
    /// default: measure it with <see cref="HopGuard.CalibrateAsync"/>.
    /// </summary>
    public int? MinimumHops { get; set; }

    /// <summary>Minimum distances of hosts and patterns of hosts, in place of <see cref="MinimumHops"/>: from 0 to 35.</summary>
    public IDictionary<string, int> MinimumHopsByHost { get; } = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Minimum distances of servers in networks, in place of <see cref="MinimumHops"/>: from 0 to 35. Of several networks that an address is in, the one with
    /// the longest prefix decides, and before all of them a host's own minimum. With 0 the distance is of no interest, as in
    /// <see cref="AllowedNearNetworks"/>.
    /// </summary>
    public IDictionary<string, int> MinimumHopsByNetwork { get; } = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Hosts and patterns of hosts that may be near. Their addresses are judged all the same.</summary>
    public ICollection<string> AllowedNearHosts { get; } = new List<string>();

    /// <summary>
    /// Whether a server may be near, too, if its address is one of a host of <see cref="AllowedNearHosts"/> (patterns aside), whatever name the connection was
    /// asked for by: a redirection to the bare address, an alias. These hosts are looked up when a connection would be refused for its distance; the answer is
    /// kept for 30 seconds. Who may name hosts may then reach that server under a name of their own. Default: false.
    /// </summary>
    public bool MatchNearHostsByAddress { get; set; }

    /// <summary>Networks whose servers may be near. Their addresses are judged all the same.</summary>
    public ICollection<string> AllowedNearNetworks { get; } = new List<string>();

    /// <summary>Networks that are let through although a special-purpose registry has them. Their servers are measured all the same.</summary>
    public ICollection<string> AllowedSpecialPurposeNetworks { get; } = new List<string>();

    /// <summary>Networks that are refused, whatever their distance.</summary>
    public ICollection<string> RefusedNetworks { get; } = new List<string>();

    /// <summary>The hosts and patterns of hosts that may be connected to; judged before anything is looked up. Empty, the default: all.</summary>
    public ICollection<string> AllowedHosts { get; } = new List<string>();

    /// <summary>The ports that may be connected to, from 1 to 65535. Empty, the default: all.</summary>
    public ICollection<int> AllowedPorts { get; } = new HashSet<int>();

    /// <summary>
    /// Whether .NET may download what certificates name: issuers that a server did not send, revocation lists and OCSP answers. <b>Nothing guards these
    /// downloads</b>: the owner of a server chooses where they go, near addresses and a cloud's metadata too. For HTTP. Default: false.
    /// </summary>
    public bool AllowCertificateDownloads { get; set; }

    /// <summary>The schemes of requests; for HTTP. Default: <c>https</c> and <c>wss</c>.</summary>
    public ICollection<string> AllowedSchemes { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { Uri.UriSchemeHttps, Uri.UriSchemeWss };

    /// <summary>
    /// Whether a name may have addresses that are refused beside others, which are then used. Such a name is suspicious: its owner may point it anywhere.
    /// Default: false.
    /// </summary>
    public bool AllowMixed { get; set; }

    /// <summary>
    /// A judgement of the application's own, in code only: true allows the address, if nothing else refuses it. Called once for each address of a connection
    /// that the other options let through, before it is connected to; must be quick and thread-safe. An exception is logged, refuses the address, and is the
    /// inner exception of the <see cref="HopGuardException"/>.
    /// </summary>
    public Func<HopGuardCandidate, bool>? IsAllowed { get; set; }

    /// <summary>
    /// Whether a connection whose distance is not known is refused. If false, servers that can make readings unknown are let through, and all servers where
    /// nothing can measure: only their addresses are judged. Default: true.
    /// </summary>
    public bool RequireMeasurement { get; set; } = true;

    /// <summary>Whether the guard refuses or only reports. Default: it refuses.</summary>
    public HopGuardMode Mode { get; set; }

    /// <summary>How long a connection may take, without the look-up of the name: more than zero, up to a day. Default: 15 seconds.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the look-up of a name may take: more than zero, up to a day. Default: 5 seconds.</summary>
    public TimeSpan LookUpTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// <see cref="AddressFamily.InterNetwork"/> for IPv4 only, <see cref="AddressFamily.InterNetworkV6"/> for IPv6 only: addresses of the other family are not
    /// used, and need not be measured. Default: both, and then each family of which the host has an address must be measured, or the host does not start.
    /// </summary>
    public AddressFamily AddressFamily { get; set; }

    /// <summary>How to measure; null for the best way that the process may use. Only ways that measure the very connection that is used.</summary>
    public HopMeterSource? Source { get; set; }

    /// <summary>What was not understood of configuration, and the option that it is of, if it is of one: no guard is made of such options.</summary>
    internal List<(string Option, string Sentence)> ConfigurationMistakes { get; } = [];
}
