using System.Net.Sockets;
using Hops.Cli.Measuring.Methods;
using Hops.Cli.Targets;

namespace Hops.Cli.Measuring;

/// <summary>What the user asked <c>hops measure</c> for.</summary>
internal sealed record MeasureOptions
{
    /// <summary>A count that no run comes to.</summary>
    public const int Endless = int.MaxValue - 1;

    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>A file's name, <c>-</c> for standard input, or null.</summary>
    public string? Input { get; init; }

    public AddressFamily Family { get; init; }

    /// <summary>For targets that name none; null for that of their scheme.</summary>
    public int? Port { get; init; }

    public int Parallel { get; init; } = 16;

    /// <summary>How often each; <see cref="Endless"/> for again and again.</summary>
    public int Count { get; init; } = 1;

    /// <summary>From the start of a round of all targets to the start of the next; null for one attempt after the other.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>How many connections may begin in a second, in all; null for as many as can.</summary>
    public int? Rate { get; init; }

    /// <summary>The same of one host.</summary>
    public int RatePerHost { get; init; } = 10;

    /// <summary>Whether results come in the order of the targets; otherwise each as soon as it is there.</summary>
    public bool Ordered { get; init; } = true;

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How to learn the TTL of TCP; null for the best way that this process may use.</summary>
    public HopSource? Source { get; init; }

    /// <summary>What to send over UDP; null for a query of the DNS.</summary>
    public byte[]? Payload { get; init; }

    /// <summary>From where on this host to connect; null for wherever its routes say.</summary>
    public LocalBinding? Binding { get; init; }

    /// <summary>Addresses that are not looked up.</summary>
    public IReadOnlyList<GivenAddress> Given { get; init; } = [];

    /// <summary>Whether each address of a name is a result of its own.</summary>
    public bool AllAddresses { get; init; }

    /// <summary>What is nearer fails the run; null when nothing does.</summary>
    public int? MinimumHops { get; init; }

    public bool Json { get; init; }

    public bool Csv { get; init; }

    public bool Quiet { get; init; }

    public bool Verbose { get; init; }

    /// <summary>Whether a program reads the results: each line stays as it is, and none of them is for people.</summary>
    public bool IsForPrograms => Json || Csv;
}
