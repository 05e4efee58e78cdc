namespace Hops.Cli.Tracing.Probing;

/// <summary>Represents the limits of a trace.</summary>
/// <param name="MaximumHops">The highest TTL.</param>
/// <param name="Probes">The number of packets with each TTL, at least 1.</param>
/// <param name="Timeout">How long to wait for the answer to each packet.</param>
/// <param name="IsOneByOne">Whether each packet waits for the answer to the one before.</param>
internal sealed record TraceLimits(int MaximumHops, int Probes, TimeSpan Timeout, bool IsOneByOne = false);
