namespace Hops.Guard;

/// <summary>Why a guard refuses. The names, in kebab-case, are the values of the tag <c>reason</c> in metrics.</summary>
public enum HopGuardReason
{
    /// <summary>The server is nearer than the minimum.</summary>
    Near,

    /// <summary>The distance is not known: it was not measured, or the reading was lost.</summary>
    Unknown,

    /// <summary>The distance is above 35, or counted from the obsolete initial TTL of 32: any host can send such a TTL.</summary>
    Implausible,

    /// <summary>The address is in one of IANA's special-purpose registries: private, loopback, link-local and the like.</summary>
    SpecialPurpose,

    /// <summary>The address is one of a cloud's metadata service.</summary>
    CloudMetadata,

    /// <summary>The address is in one of <see cref="HopGuardOptions.RefusedNetworks"/>.</summary>
    Network,

    /// <summary>The application's own <see cref="HopGuardOptions.IsAllowed"/> refuses the address, or failed.</summary>
    Application,

    /// <summary>Some addresses of the name are allowed, and some are not.</summary>
    Mixed,

    /// <summary>The scheme is not one of the allowed ones.</summary>
    Scheme,

    /// <summary>The request insists on HTTP/3, whose connections cannot be measured.</summary>
    Version,

    /// <summary>The port is not one of the allowed ones.</summary>
    Port,

    /// <summary>The host is not one of <see cref="HopGuardOptions.AllowedHosts"/>.</summary>
    Host,
}
