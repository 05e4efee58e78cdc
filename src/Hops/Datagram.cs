namespace Hops;

/// <summary>Represents a datagram that <see cref="DatagramExtensions.ReceiveDatagram"/> received.</summary>
/// <param name="Length">The number of its bytes in the buffer: from 0, for an empty datagram, to the buffer's length.</param>
/// <param name="IsTruncated">True if the datagram was longer than the buffer. The rest is lost; the distance is still right.</param>
/// <param name="Distance">The distance of its sender, or null if unknown.</param>
public readonly record struct Datagram(int Length, bool IsTruncated, HopDistance? Distance);
