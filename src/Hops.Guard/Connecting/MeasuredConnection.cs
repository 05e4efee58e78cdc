using System.Net;

namespace Hops.Guard.Connecting;

/// <summary>Represents a connection and the distance of its other end.</summary>
/// <param name="Stream">The stream of the connection. Closing it closes the connection.</param>
/// <param name="Address">The address of the other end.</param>
/// <param name="Distance">The distance of the other end, or null if it is unknown.</param>
public readonly record struct MeasuredConnection(Stream Stream, IPAddress Address, HopDistance? Distance)
{
    /// <summary>
    /// Gets the reason why the distance is unknown, for operators, as the end of a sentence. Null if the distance is known, or the reason is not.
    /// </summary>
    public string? WhyUnknown { get; init; }
}
