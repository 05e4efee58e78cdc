namespace Hops.Cli.Measuring.Methods;

/// <summary>The values of <c>error</c> in JSON, there in kebab-case. Part of the command line's contract.</summary>
internal enum FailureKind
{
    /// <summary>The target is not one.</summary>
    InvalidTarget,

    /// <summary>The name does not resolve.</summary>
    Unresolved,

    /// <summary>The name has no address of the wanted family.</summary>
    NoAddress,

    /// <summary>The host refused the connection.</summary>
    Refused,

    /// <summary>Nobody answered in time.</summary>
    Timeout,

    /// <summary>No way there, or the network failed otherwise.</summary>
    Unreachable,

    /// <summary>It connected, but the distance is unknown.</summary>
    Unmeasured,

    /// <summary>This machine, or this user, cannot measure.</summary>
    NotPermitted,
}
