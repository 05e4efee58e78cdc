namespace Hops.Host.Confinement;

/// <summary>Specifies whether a confined program may have a standard descriptor.</summary>
public enum StandardDescriptorKind
{
    /// <summary>A file, a pipe or a terminal. A confined program may have it.</summary>
    File,

    /// <summary>A Unix stream socket, as from the journal and from <c>child_process</c> of Node. Its data may be relayed to a confined program.</summary>
    UnixStream,

    /// <summary>Another socket, or a descriptor that can make connections. A confined program must not have it.</summary>
    Refused,
}
