using System.Net;
using Hops.Cli.Measuring.Methods;
using Hops.Cli.Targets;

namespace Hops.Cli.Measuring;

/// <summary>Represents the result of one attempt at one target: a distance, or a failure.</summary>
internal sealed record Measurement
{
    /// <summary>Gets the target as the user wrote it, which may contain a password: to identify it, not to print.</summary>
    public required string Text { get; init; }

    /// <summary>Gets the target without a password. The text is not safe for a terminal.</summary>
    public string Target => TargetParser.WithoutPassword(Text);

    /// <summary>Gets the number of the attempt, from 1 to <c>--count</c>.</summary>
    public required int Attempt { get; init; }

    /// <summary>Gets when the attempt ended.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Gets the reading; null if there was no answer.</summary>
    public Reading? Reading { get; init; }

    /// <summary>Gets the distance; null if there is a <see cref="Failure"/>.</summary>
    public HopDistance? Distance => Reading?.Distance;

    public Failure? Failure { get; init; }

    /// <summary>
    /// Gets the reading of the machine that refused, which may be a firewall on the way: not the <see cref="Distance"/> of the target. Null if it is unknown.
    /// </summary>
    public Reading? Refusal { get; init; }

    /// <summary>Gets the address that was tried, if each address of a name is a result of its own; null if there may have been several.</summary>
    public IPEndPoint? Tried { get; init; }

    /// <summary>Gets the end point that answered, refused, or was the only one tried; null if there is none.</summary>
    public IPEndPoint? RemoteEndPoint => (Reading ?? Refusal)?.RemoteEndPoint ?? Tried;

    /// <summary>Gets the results of the target's other addresses, in order, if each address is a result of its own.</summary>
    public IReadOnlyList<Measurement> Others { get; init; } = [];

    /// <summary>Returns whether the target counts as near: also if its distance is unknown or implausible, but not if there was no answer.</summary>
    public bool IsNearerThan(int hops) => Distance is { } distance
        ? !distance.IsPlausible || distance.Hops < hops
        : Failure?.Kind == FailureKind.Unmeasured;
}
