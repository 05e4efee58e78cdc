using System.Net;
using Hops.Cli.Measuring.Methods;
using Hops.Cli.Targets;

namespace Hops.Cli.Measuring;

/// <summary>What became of one attempt at one target: a distance, or a failure.</summary>
internal sealed record Measurement
{
    /// <summary>The target as the user wrote it, which may have a password in it: to know it again, not to print.</summary>
    public required string Text { get; init; }

    /// <summary>The same without a password: not safe for a terminal.</summary>
    public string Target => TargetParser.WithoutPassword(Text);

    /// <summary>From 1 to what <c>--count</c> asks for.</summary>
    public required int Attempt { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What was measured; null where nobody answered.</summary>
    public Reading? Reading { get; init; }

    /// <summary>Null when there is a <see cref="Failure"/>.</summary>
    public HopDistance? Distance => Reading?.Distance;

    public Failure? Failure { get; init; }

    /// <summary>
    /// Who refused, and how far away that is: which may be a firewall on the way, and so is no <see cref="Distance"/> of the target. Null where it is
    /// unknown.
    /// </summary>
    public Reading? Refusal { get; init; }

    /// <summary>The one address that was tried, where each address of a name is a result of its own; null where it may have been several.</summary>
    public IPEndPoint? Tried { get; init; }

    /// <summary>Who answered, or refused, or was tried alone; null where there is no such.</summary>
    public IPEndPoint? RemoteEndPoint => (Reading ?? Refusal)?.RemoteEndPoint ?? Tried;

    /// <summary>Those of the target's other addresses, in order, where each is a result of its own.</summary>
    public IReadOnlyList<Measurement> Others { get; init; } = [];

    /// <summary>What was not measured, or is not plausible, counts as near; without an answer there was no distance to judge.</summary>
    public bool IsNearerThan(int hops) => Distance is { } distance
        ? !distance.IsPlausible || distance.Hops < hops
        : Failure?.Kind == FailureKind.Unmeasured;
}
