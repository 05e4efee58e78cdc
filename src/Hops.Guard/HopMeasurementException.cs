using System.Net.Sockets;

namespace Hops.Guard;

/// <summary>A network cannot measure connections, or not over each address family that this host uses: a guard would refuse them.</summary>
public sealed class HopMeasurementException : InvalidOperationException
{
    /// <param name="message">What cannot be measured, and why.</param>
    /// <param name="addressFamily">The family that it is about; unspecified for all.</param>
    /// <param name="distance">A wrong distance that was measured.</param>
    /// <param name="refusals">Why ways to measure cannot be used.</param>
    public HopMeasurementException(
        string message, AddressFamily addressFamily = AddressFamily.Unspecified, HopDistance? distance = null, IReadOnlyList<HopSourceRefusal>? refusals = null)
        : base(message)
    {
        AddressFamily = addressFamily;
        Distance = distance;
        Refusals = refusals ?? [];
    }

    /// <summary>The address family whose connections are not measured; <see cref="AddressFamily.Unspecified"/> for all.</summary>
    public AddressFamily AddressFamily { get; }

    /// <summary>The distance that was measured of a connection of this host to itself, which is 0 hops long; null if there was none.</summary>
    public HopDistance? Distance { get; }

    /// <summary>Why each other way to measure cannot be used; empty where nobody knows.</summary>
    public IReadOnlyList<HopSourceRefusal> Refusals { get; }
}
