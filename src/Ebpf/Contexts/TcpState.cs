namespace Ebpf.Contexts;

/// <summary>
/// Defines the states of a TCP socket: the values of <see cref="Sock.State"/> and <see cref="SockOps.State"/> (<c>BPF_TCP_…</c> of <c>linux/bpf.h</c>).
/// </summary>
public static class TcpState
{
    /// <summary>Connected.</summary>
    public const int Established = 1;

    /// <summary>Connecting: a SYN was sent.</summary>
    public const int SynSent = 2;

    /// <summary>A SYN was received and answered.</summary>
    public const int SynReceived = 3;

    /// <summary>Closed by this end, whose FIN is not acknowledged yet.</summary>
    public const int FinWait1 = 4;

    /// <summary>Closed by this end.</summary>
    public const int FinWait2 = 5;

    /// <summary>Closed by both ends, waiting for packets that may still be in flight.</summary>
    public const int TimeWait = 6;

    /// <summary>Not connected.</summary>
    public const int Closed = 7;

    /// <summary>Closed by the peer.</summary>
    public const int CloseWait = 8;

    /// <summary>Closed by the peer and then by this end, whose FIN is not acknowledged yet.</summary>
    public const int LastAcknowledgement = 9;

    /// <summary>Listening.</summary>
    public const int Listening = 10;

    /// <summary>Closed by both ends at once.</summary>
    public const int Closing = 11;
}
