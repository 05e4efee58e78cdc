using System.Net;

namespace Hops.Cli.Measuring.Methods;

/// <summary>What one exchange with a host told.</summary>
/// <param name="Source">How it was learned.</param>
/// <param name="RemoteEndPoint">Who answered.</param>
/// <param name="Time">How long that took, without the look-up of the name.</param>
/// <param name="Distance">Null when it is unknown.</param>
internal sealed record Reading(HopSource Source, IPEndPoint RemoteEndPoint, TimeSpan Time, HopDistance? Distance)
{
    /// <summary>Why it is unknown, if it is: the end of a sentence.</summary>
    public string? WhyUnknown { get; init; }

    /// <summary>How many connections it took.</summary>
    public int Connections { get; init; } = 1;
}
