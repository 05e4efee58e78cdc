using System.Net.Sockets;

namespace Hops.Sources;

/// <summary>Reads the TTL of the SYN+ACK that answered a socket's <c>connect()</c>.</summary>
internal interface ITtlSource
{
    HopSource Kind { get; }

    /// <summary>Whether it can measure sockets of a family.</summary>
    bool Measures(AddressFamily family);

    /// <summary>Called before the socket connects.</summary>
    void Arm(Socket socket);

    /// <summary>
    /// Called after the kernel said that it is established: only then the TTL is that of an answer that the kernel accepted. Returns the TTL, or 0 for
    /// unknown.
    /// </summary>
    byte Read(Socket socket);

    /// <summary>Called after the reading, if at all.</summary>
    void Disarm(Socket socket);
}
