namespace Hops;

/// <summary>What <see cref="DatagramExtensions.ReceiveDatagram"/> received.</summary>
/// <param name="Length">How many bytes of it are in the buffer: from 0, for an empty datagram, to the buffer's length.</param>
/// <param name="IsTruncated">Whether it was longer than the buffer. The rest is lost; the distance is right all the same.</param>
/// <param name="Distance">How far away its sender is, or null when that is unknown.</param>
public readonly record struct Datagram(int Length, bool IsTruncated, HopDistance? Distance);
