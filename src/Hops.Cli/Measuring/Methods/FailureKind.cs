namespace Hops.Cli.Measuring.Methods;

/// <summary>Specifies the values of <c>error</c> in JSON, where they are in kebab-case. Part of the command line's contract.</summary>
internal enum FailureKind
{
    /// <summary>The text is not a target.</summary>
    InvalidTarget,

    /// <summary>The name does not resolve.</summary>
    Unresolved,

    /// <summary>The name has no address of the wanted family.</summary>
    NoAddress,

    /// <summary>The host refused the connection.</summary>
    Refused,

    /// <summary>There was no answer in time.</summary>
    Timeout,

    /// <summary>There is no route, or the network failed otherwise.</summary>
    Unreachable,

    /// <summary>The host answered, but the distance is unknown.</summary>
    Unmeasured,

    /// <summary>This machine, or this user, cannot measure.</summary>
    NotPermitted,
}
