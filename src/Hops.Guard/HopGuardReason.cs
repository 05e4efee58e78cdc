namespace Hops.Guard;

/// <summary>Specifies why a guard refused. The names, in kebab-case, are the values of the tag <c>reason</c> in metrics.</summary>
public enum HopGuardReason
{
    /// <summary>The server is nearer than the minimum.</summary>
    Near,

    /// <summary>The distance is unknown: it was not measured, or the reading was lost.</summary>
    Unknown,

    /// <summary>The distance is above 35, or counted from the obsolete initial TTL of 32: any host can send such a TTL.</summary>
    Implausible,

    /// <summary>The address is in one of IANA's special-purpose registries: private, loopback, link-local and similar.</summary>
    SpecialPurpose,

    /// <summary>The address belongs to a cloud's metadata service.</summary>
    CloudMetadata,

    /// <summary>The address is in one of <see cref="HopGuardOptions.RefusedNetworks"/>.</summary>
    Network,

    /// <summary><see cref="HopGuardOptions.IsAllowed"/> returned false for the address, or threw an exception.</summary>
    Application,

    /// <summary>Only some addresses of the name are allowed.</summary>
    Mixed,

    /// <summary>The scheme is not one of <see cref="HopGuardOptions.AllowedSchemes"/>.</summary>
    Scheme,

    /// <summary>The request requires HTTP/3, whose connections cannot be measured.</summary>
    Version,

    /// <summary>The port is not one of <see cref="HopGuardOptions.AllowedPorts"/>.</summary>
    Port,

    /// <summary>The host is not one of <see cref="HopGuardOptions.AllowedHosts"/>.</summary>
    Host,
}
