namespace Hops.Host.Sharing;

/// <summary>What an administrator does with a shared filter.</summary>
public enum SharingOperation
{
    /// <summary><see cref="SharedFilter.Enable(SharingOptions?)"/></summary>
    Enable,

    /// <summary><see cref="SharedFilter.Disable()"/></summary>
    Disable,

    /// <summary><see cref="SharedFilterServer"/></summary>
    Serve,
}
