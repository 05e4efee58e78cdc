namespace Hops.Cli.Tests.Guarding;

/// <summary>What a program that tries to escape was started with.</summary>
public enum Promise
{
    /// <summary>No guard: the control.</summary>
    None,

    /// <summary>The guard of a program that means well.</summary>
    Misled,

    /// <summary><c>--isolate</c>.</summary>
    Isolated,
}
