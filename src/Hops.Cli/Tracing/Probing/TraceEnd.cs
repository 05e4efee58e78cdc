namespace Hops.Cli.Tracing.Probing;

/// <summary>Why a trace went no further. In JSON in kebab-case.</summary>
internal enum TraceEnd
{
    /// <summary>The target answered.</summary>
    Reached,

    /// <summary>Somebody in between let nothing through.</summary>
    Unreachable,

    /// <summary>Nobody answered any more.</summary>
    Silent,

    /// <summary>It was not to go further.</summary>
    MaximumHops,

    /// <summary>A signal ended it.</summary>
    Interrupted,
}
