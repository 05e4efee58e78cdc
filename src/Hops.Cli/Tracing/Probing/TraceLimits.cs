namespace Hops.Cli.Tracing.Probing;

/// <summary>How far a trace goes.</summary>
/// <param name="MaximumHops">The greatest TTL.</param>
/// <param name="Probes">How many packets with each TTL, at least 1.</param>
/// <param name="Timeout">How long each may take to be answered.</param>
/// <param name="IsOneByOne">Whether each waits for the answer to the one before.</param>
internal sealed record TraceLimits(int MaximumHops, int Probes, TimeSpan Timeout, bool IsOneByOne = false);
