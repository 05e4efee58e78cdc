namespace Hops.Cli.Output;

/// <summary>
/// Formats sources for the command line and JSON, without the reflection of <see cref="KebabCase"/>, which would slow a single measurement.
/// </summary>
internal static class SourceName
{
    public static string Of(HopSource source) => source switch
    {
        HopSource.SocketFilter => "socket-filter",
        HopSource.PinnedFilter => "pinned-filter",
        HopSource.SocketOption => "socket-option",
        HopSource.MinimumTtl => "minimum-ttl",
        HopSource.SavedSyn => "saved-syn",
        HopSource.Datagram => "datagram",
        HopSource.HostWatch => "host-watch",
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "There is no such source."),
    };
}
