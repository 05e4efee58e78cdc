namespace Hops.Cli.Tests.Support;

/// <summary>The user that runs a program. Only the first two have a capability.</summary>
public enum User
{
    Root,

    /// <summary>User 65534 with CAP_BPF.</summary>
    WithCapBpf,

    /// <summary>User 65534 in the group that may use what is shared.</summary>
    Member,

    /// <summary>User 65534, not in the group.</summary>
    Stranger,

    /// <summary>A member in a sandbox: <c>bpf(2)</c> is refused by seccomp, and nothing it executes gains privileges.</summary>
    ContainedMember,

    /// <summary>A stranger in such a sandbox.</summary>
    ContainedStranger,
}
