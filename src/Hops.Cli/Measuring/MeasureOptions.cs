using System.Net.Sockets;

namespace Hops.Cli.Measuring;

/// <summary>What the user asked <c>hops measure</c> for.</summary>
internal sealed record MeasureOptions
{
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>
    /// Whether there is one thing to measure, once, so that a signal may end the program as it ends any other. Not so the first process of a container: the kernel keeps signals away from
    /// it that it does not handle itself (pid_namespaces(7)).
    /// </summary>
    public bool IsOne => Targets.Count == 1 && Input is null && Count == 1 && Environment.ProcessId != 1;

    /// <summary>A file's name, <c>-</c> for standard input, or null.</summary>
    public string? Input { get; init; }

    public AddressFamily Family { get; init; }

    /// <summary>For targets that name none; null for what is usual for their protocol.</summary>
    public int? Port { get; init; }

    public int Parallel { get; init; } = 16;

    public int Count { get; init; } = 1;

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How to learn the TTL of TCP; null for the best way that this process may use.</summary>
    public HopSource? Source { get; init; }

    /// <summary>What to send over UDP; null for a query of the DNS.</summary>
    public byte[]? Payload { get; init; }

    /// <summary>What is nearer fails the run; null when nothing does.</summary>
    public int? MinimumHops { get; init; }

    public bool Json { get; init; }

    public bool Quiet { get; init; }

    public bool Verbose { get; init; }
}
