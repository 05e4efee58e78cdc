using System.Net;

namespace Hops.Host.Guarding;

/// <summary>What a guard in the kernel has refused. What is null is not known.</summary>
public sealed record RefusedConnection
{
    /// <summary>Why.</summary>
    public required HostGuardReason Reason { get; init; }

    /// <summary>Whether it is a client that connects to a listener of the cgroup; else a program of the cgroup wanted out.</summary>
    public bool IsIncoming { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The other end: as the program named it, or the client; null where no address was named, as when a socket was made.</summary>
    public IPEndPoint? RemoteEndPoint { get; init; }

    /// <summary>This host's end; null where there was none yet.</summary>
    public IPEndPoint? LocalEndPoint { get; init; }

    /// <summary>The distance that the answer told, or the client's SYN; null where it was refused before.</summary>
    public HopDistance? Distance { get; init; }

    /// <summary>The process, as the host numbers processes.</summary>
    public int? ProcessId { get; init; }

    /// <summary>The process's command, as <c>ps -o comm</c> shows it; that of the thread where the process had ended before it was asked for.</summary>
    public string? Command { get; init; }

    /// <summary>The process's user, as the host numbers users.</summary>
    public uint? UserId { get; init; }

    /// <summary>The socket's cookie (<c>SO_COOKIE</c>), unique until the next boot: of a client that was refused, the listener's.</summary>
    public ulong Cookie { get; init; }
}
