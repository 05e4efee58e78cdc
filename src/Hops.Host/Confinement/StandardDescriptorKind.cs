namespace Hops.Host.Confinement;

/// <summary>What a standard descriptor is to a guard.</summary>
public enum StandardDescriptorKind
{
    /// <summary>A file, a pipe or a terminal: a confined program may have it.</summary>
    File,

    /// <summary>A Unix stream socket, as the journal and <c>child_process</c> of Node give it: what goes through it may be relayed.</summary>
    UnixStream,

    /// <summary>Another socket, or something that makes connections: a confined program must not have it.</summary>
    Refused,
}
