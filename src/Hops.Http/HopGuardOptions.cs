using System.Net;

namespace Hops.Http;

/// <summary>
/// What a guard lets through. Binds to configuration. A guard takes a copy when it is made: later changes do not matter to it.
/// </summary>
public sealed class HopGuardOptions
{
    /// <summary>
    /// The least distance of a server, in hops: from 1 to 35. What is inside a network and what is outside differs from one to the next, so there is no default: measure it with
    /// <c>hops calibrate INSIDE.txt OUTSIDE.txt</c> or <c>HopGuard.CalibrateAsync</c>.
    /// </summary>
    public int? MinimumHops { get; set; }

    /// <summary>Least distances of single hosts, in place of <see cref="MinimumHops"/>: from 0 to 35. The names are compared as DNS does, without regard to case.</summary>
    public IDictionary<string, int> MinimumHopsOf { get; } = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the guard refuses or only reports. Default: it refuses.</summary>
    public HopGuardMode Mode { get; set; }

    /// <summary>
    /// Whether a name may have addresses that are refused beside others, which are then used. Such a name is suspicious: who owns it may point it anywhere. Default: false.
    /// </summary>
    public bool AllowMixed { get; set; }

    /// <summary>
    /// Whether a connection whose distance is not known is refused. Without that, whoever can make readings unknown, and any host at all where nothing can measure, is let through, and
    /// only the addresses still guard. Default: true.
    /// </summary>
    public bool RequireMeasurement { get; set; } = true;

    /// <summary>
    /// Whether .NET may download what certificates name: issuers that a server did not send, revocation lists and OCSP answers. <b>Nothing guards these downloads</b>: whoever owns a server
    /// chooses where they go, near addresses and a cloud's metadata too. Default: false.
    /// </summary>
    public bool AllowCertificateDownloads { get; set; }

    /// <summary>The schemes of requests. Default: <c>https</c> and <c>wss</c>.</summary>
    public ICollection<string> AllowedSchemes { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { Uri.UriSchemeHttps, Uri.UriSchemeWss };

    /// <summary>Networks (<c>10.1.0.0/16</c>) that are let through although a special-purpose registry has them. Their servers are measured all the same.</summary>
    public ICollection<string> AllowedSpecialPurpose { get; } = new List<string>();

    /// <summary>Networks (<c>203.0.113.0/24</c>) and hosts (<c>partner.example</c>) that may be near. Their addresses are checked all the same.</summary>
    public ICollection<string> AllowedNear { get; } = new List<string>();

    /// <summary>Networks that are refused, whatever their distance.</summary>
    public ICollection<string> Refused { get; } = new List<string>();

    /// <summary>A filter of your own: false refuses the address. Called for each address before it is connected to; must be quick and thread-safe.</summary>
    public Func<IPAddress, bool>? Filter { get; set; }

    /// <summary>How long a connection may take, without the look-up of the name: more than zero, up to a day. Default: 15 seconds.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How to measure; null for the best way that the process may use. Only ways that measure the very connection that is used.</summary>
    public HopSource? Source { get; set; }

    /// <summary>Lets a network through that a special-purpose registry has: <see cref="AllowedSpecialPurpose"/>.</summary>
    public HopGuardOptions AllowSpecialPurpose(IPNetwork network)
    {
        AllowedSpecialPurpose.Add(network.ToString());
        return this;
    }

    /// <summary>Lets a network be near: <see cref="AllowedNear"/>.</summary>
    public HopGuardOptions AllowNear(IPNetwork network)
    {
        AllowedNear.Add(network.ToString());
        return this;
    }

    /// <summary>Lets a host be near: <see cref="AllowedNear"/>.</summary>
    public HopGuardOptions AllowNear(string host)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        AllowedNear.Add(host);
        return this;
    }

    /// <summary>Refuses a network: <see cref="Refused"/>.</summary>
    public HopGuardOptions Refuse(IPNetwork network)
    {
        Refused.Add(network.ToString());
        return this;
    }
}
