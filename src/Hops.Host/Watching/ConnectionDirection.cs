namespace Hops.Host.Watching;

/// <summary>Specifies which end opened a connection.</summary>
public enum ConnectionDirection
{
    /// <summary>A process of this host connected.</summary>
    Outgoing = 1,

    /// <summary>The remote end connected, to a listener of this host.</summary>
    Incoming = 2,
}
