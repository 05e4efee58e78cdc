using System.Net.Sockets;

namespace Hops.Guard;

/// <summary>
/// The exception that is thrown if connections cannot be measured over each address family that this host uses. A guard would refuse those connections.
/// </summary>
public sealed class HopMeasurementException : InvalidOperationException
{
    /// <summary>Initializes a new exception with a message and the details of the failure.</summary>
    /// <param name="message">What cannot be measured, and the reason.</param>
    /// <param name="addressFamily">The family that cannot be measured; unspecified for all.</param>
    /// <param name="distance">A wrong distance that was measured.</param>
    /// <param name="refusals">The reasons why other sources cannot be used.</param>
    public HopMeasurementException(
        string message, AddressFamily addressFamily = AddressFamily.Unspecified, HopDistance? distance = null, IReadOnlyList<HopSourceRefusal>? refusals = null)
        : base(message)
    {
        AddressFamily = addressFamily;
        Distance = distance;
        Refusals = refusals ?? [];
    }

    /// <summary>Gets the address family that cannot be measured; <see cref="AddressFamily.Unspecified"/> for all.</summary>
    public AddressFamily AddressFamily { get; }

    /// <summary>Gets the wrong distance that was measured for a connection of this host to itself, whose distance is 0; null if none was measured.</summary>
    public HopDistance? Distance { get; }

    /// <summary>Gets the reasons why the other sources cannot be used; empty if they are not known.</summary>
    public IReadOnlyList<HopSourceRefusal> Refusals { get; }
}
