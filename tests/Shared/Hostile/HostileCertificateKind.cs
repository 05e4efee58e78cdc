namespace Hops.TestSupport.Hostile;

/// <summary>The fault or peculiarity of a hostile server's certificate. All but a few have the same root.</summary>
public enum HostileCertificateKind
{
    /// <summary>Nothing: for controls.</summary>
    Honest,

    /// <summary>The server does not send the issuer, and the certificate names addresses to fetch it from (RFC 5280, section 4.2.2.1).</summary>
    MissingIssuer,

    /// <summary>Addresses of a revocation list (section 4.2.1.13).</summary>
    RevocationList,

    /// <summary>Addresses of an OCSP server.</summary>
    OnlineStatus,

    /// <summary>OCSP, and the demand that the server staples an answer, which it does not (RFC 7633).</summary>
    MustStaple,

    /// <summary>All of these at once.</summary>
    Everything,

    /// <summary>It has expired.</summary>
    Expired,

    /// <summary>It is not valid yet.</summary>
    NotYetValid,

    /// <summary>It is for another server.</summary>
    WrongName,

    /// <summary>It is for clients.</summary>
    WrongUsage,

    /// <summary>It has no issuer but itself.</summary>
    SelfSigned,

    /// <summary>Its root is unknown, and sent along.</summary>
    UnknownRoot,

    /// <summary>Its issuer may issue for other names only (RFC 5280, section 4.2.1.10).</summary>
    NameConstraints,

    /// <summary>Its issuer is no authority.</summary>
    NoAuthority,

    /// <summary>Two issuers that issued each other, and no root.</summary>
    Loop,

    /// <summary>Tens of issuers, each the issuer of the next.</summary>
    LongChain,

    /// <summary>An unknown extension of tens of kilobytes.</summary>
    HugeExtension,

    /// <summary>Thousands of names, the right one last.</summary>
    ManyNames,

    /// <summary>An unknown critical extension.</summary>
    UnknownCriticalExtension,

    /// <summary>Random bytes in place of the addresses of its issuer, whose certificate the server does not send.</summary>
    GarbledAddresses,
}
