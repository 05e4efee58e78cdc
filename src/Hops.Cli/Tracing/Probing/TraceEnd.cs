namespace Hops.Cli.Tracing.Probing;

/// <summary>Specifies why a trace ended. In JSON in kebab-case.</summary>
internal enum TraceEnd
{
    /// <summary>The target answered.</summary>
    Reached,

    /// <summary>A machine in between, or this host, rejected the packets.</summary>
    Unreachable,

    /// <summary>There were no further answers.</summary>
    Silent,

    /// <summary>The maximum TTL was reached.</summary>
    MaximumHops,

    /// <summary>A signal ended the trace.</summary>
    Interrupted,
}
