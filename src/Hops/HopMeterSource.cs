namespace Hops;

/// <summary>
/// Specifies the source from which a <see cref="HopMeter"/> reads the TTL: the members of <see cref="HopSource"/> that measure one socket, with the same
/// values.
/// </summary>
public enum HopMeterSource
{
    /// <inheritdoc cref="HopSource.SocketFilter"/>
    SocketFilter = HopSource.SocketFilter,

    /// <inheritdoc cref="HopSource.PinnedFilter"/>
    PinnedFilter = HopSource.PinnedFilter,

    /// <inheritdoc cref="HopSource.SocketOption"/>
    SocketOption = HopSource.SocketOption,

    /// <inheritdoc cref="HopSource.HostWatch"/>
    HostWatch = HopSource.HostWatch,
}
