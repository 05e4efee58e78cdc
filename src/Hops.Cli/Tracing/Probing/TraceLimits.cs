namespace Hops.Cli.Tracing.Probing;

/// <summary>How far a trace goes.</summary>
/// <param name="MaximumHops">The greatest TTL.</param>
/// <param name="Probes">How many packets with each TTL, at least 1.</param>
/// <param name="Timeout">How long each may take to be answered.</param>
internal sealed record TraceLimits(int MaximumHops, int Probes, TimeSpan Timeout);
