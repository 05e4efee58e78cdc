namespace Hops;

/// <summary>A way in which a <see cref="HopMeter"/> can learn the TTL: the first three of <see cref="HopSource"/>, with the same values.</summary>
public enum HopMeterSource
{
    /// <inheritdoc cref="HopSource.SocketFilter"/>
    SocketFilter = HopSource.SocketFilter,

    /// <inheritdoc cref="HopSource.PinnedFilter"/>
    PinnedFilter = HopSource.PinnedFilter,

    /// <inheritdoc cref="HopSource.SocketOption"/>
    SocketOption = HopSource.SocketOption,
}
