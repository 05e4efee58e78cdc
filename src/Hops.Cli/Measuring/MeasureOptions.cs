using System.Net.Sockets;
using Hops.Cli.Measuring.Methods;
using Hops.Cli.Targets;

namespace Hops.Cli.Measuring;

/// <summary>Represents the options of <c>hops measure</c>.</summary>
internal sealed record MeasureOptions
{
    /// <summary>The count of a run without end.</summary>
    public const int Endless = int.MaxValue - 1;

    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>Gets the name of a file with targets, <c>-</c> for standard input, or null.</summary>
    public string? Input { get; init; }

    public AddressFamily Family { get; init; }

    /// <summary>Gets the port of targets that name none; null for that of their scheme.</summary>
    public int? Port { get; init; }

    public int Parallel { get; init; } = 16;

    /// <summary>Gets how often to measure each target, or <see cref="Endless"/>.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Gets the time from the start of a round of all targets to the start of the next; null for a run without rounds.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>Gets how many connections may begin per second, in total; null for no limit.</summary>
    public int? Rate { get; init; }

    /// <summary>Gets how many connections to one host may begin per second.</summary>
    public int RatePerHost { get; init; } = 10;

    /// <summary>Gets whether results are printed in the order of the targets; otherwise each as soon as it is known.</summary>
    public bool Ordered { get; init; } = true;

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets the source for TCP; null for the best that this process may use.</summary>
    public HopSource? Source { get; init; }

    /// <summary>Gets the datagram to send over UDP; null for a DNS query.</summary>
    public byte[]? Payload { get; init; }

    /// <summary>Gets the interface, address and mark with which to connect; null for those of the routes.</summary>
    public LocalBinding? Binding { get; init; }

    /// <summary>Gets the addresses of names that are not looked up.</summary>
    public IReadOnlyList<GivenAddress> Given { get; init; } = [];

    /// <summary>Gets whether each address of a name is a result of its own.</summary>
    public bool AllAddresses { get; init; }

    /// <summary>Gets the minimum distance below which a target fails the run; null for none.</summary>
    public int? MinimumHops { get; init; }

    public bool Json { get; init; }

    public bool Csv { get; init; }

    public bool Quiet { get; init; }

    public bool Verbose { get; init; }

    /// <summary>Gets whether programs read the results, so that lines are not folded and none is for people.</summary>
    public bool IsForPrograms => Json || Csv;
}
