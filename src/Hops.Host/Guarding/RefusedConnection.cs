using System.Net;

namespace Hops.Host.Guarding;

/// <summary>Represents a connection, datagram or socket that a guard in the kernel refused. Unknown values are null.</summary>
public sealed record RefusedConnection
{
    /// <summary>Gets why it was refused.</summary>
    public required HostGuardReason Reason { get; init; }

    /// <summary>Gets whether the connection came from a client to a listener of the cgroup; otherwise a program of the cgroup made it.</summary>
    public bool IsIncoming { get; init; }

    /// <summary>Gets when it was refused.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>
    /// Gets the remote end: the address that the program named, or the client. Null if no address was named, such as for a refused <c>socket()</c>.
    /// </summary>
    public IPEndPoint? RemoteEndPoint { get; init; }

    /// <summary>Gets this host's end; null if the socket had none yet.</summary>
    public IPEndPoint? LocalEndPoint { get; init; }

    /// <summary>Gets the distance by the TTL of the server's answer or of the client's SYN; null if it was refused before that packet.</summary>
    public HopDistance? Distance { get; init; }

    /// <summary>Gets the process ID, in the host's namespace.</summary>
    public int? ProcessId { get; init; }

    /// <summary>Gets the command of the process, as <c>ps -o comm</c> shows it. If the process had ended already, it is the command of its thread.</summary>
    public string? Command { get; init; }

    /// <summary>Gets the user ID of the process, in the host's namespace.</summary>
    public uint? UserId { get; init; }

    /// <summary>Gets the socket's cookie (<c>SO_COOKIE</c>), unique until the next boot. For a refused client it is the listener's.</summary>
    public ulong Cookie { get; init; }
}
