using System.Net;

namespace Hops.Cli.Measuring.Methods;

/// <summary>Represents the result of one exchange with a host.</summary>
/// <param name="Source">How the distance was measured.</param>
/// <param name="RemoteEndPoint">The end point that answered.</param>
/// <param name="Time">How long the exchange took, without the look-up of the name.</param>
/// <param name="Distance">The distance; null if it is unknown.</param>
internal sealed record Reading(HopSource Source, IPEndPoint RemoteEndPoint, TimeSpan Time, HopDistance? Distance)
{
    /// <summary>Gets why the distance is unknown, if it is: the end of a sentence.</summary>
    public string? WhyUnknown { get; init; }

    /// <summary>Gets how many connections the exchange took.</summary>
    public int Connections { get; init; } = 1;
}
