namespace Hops;

/// <summary>
/// A way in which a <see cref="HopMeter"/> can learn the TTL: those of <see cref="HopSource"/> that measure one socket, with the same values.
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
