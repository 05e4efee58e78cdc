using System.Net;

namespace Hops.Guard.Connecting;

/// <summary>A connection, and how far away its other end is.</summary>
/// <param name="Stream">What is sent and received. Closing it closes the connection.</param>
/// <param name="Address">The address that it is connected to, and that the distance is of.</param>
/// <param name="Distance">The distance, or null when it is unknown.</param>
public readonly record struct MeasuredConnection(Stream Stream, IPAddress Address, HopDistance? Distance)
{
    /// <summary>Why the distance is unknown, for operators: the end of a sentence. Null when it is known, or nobody knows why.</summary>
    public string? WhyUnknown { get; init; }
}
