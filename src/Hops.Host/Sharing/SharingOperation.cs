namespace Hops.Host.Sharing;

/// <summary>Specifies an operation on a shared filter.</summary>
public enum SharingOperation
{
    /// <summary>Pinning a filter: <see cref="SharedFilter.Enable(SharingOptions?)"/>.</summary>
    Enable,

    /// <summary>Removing the pins: <see cref="SharedFilter.Disable()"/>.</summary>
    Disable,

    /// <summary>Serving a filter over a Unix socket: <see cref="SharedFilterServer"/>.</summary>
    Serve,
}
