namespace Hops.Cli.Tests.Guarding;

/// <summary>The guard that a program which tries to escape was started with.</summary>
public enum Promise
{
    /// <summary>No guard: the control.</summary>
    None,

    /// <summary>The guard of a program that means well.</summary>
    Misled,

    /// <summary><c>--isolate</c>.</summary>
    Isolated,
}
