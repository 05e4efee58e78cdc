namespace Ebpf.Contexts;

/// <summary>
/// Defines the events for which a <see cref="Programs.BpfProgramType.SockOps"/> program is called: the values of <see cref="SockOps.Operation"/>
/// (<c>BPF_SOCK_OPS_…</c> of <c>linux/bpf.h</c>).
/// </summary>
public static class SockOpsEvent
{
    /// <summary>Asks for the first retransmission timeout of a SYN or SYN+ACK, in jiffies; -1 for the default. Linux 4.13.</summary>
    public const int TimeoutInit = 1;

    /// <summary>Asks for the first advertised window, in packets; -1 for the default. Linux 4.13.</summary>
    public const int ReceiveWindowInit = 2;

    /// <summary>A socket is about to send its SYN. Linux 4.13.</summary>
    public const int Connecting = 3;

    /// <summary>A connection that this host initiated is established. Linux 4.13.</summary>
    public const int ActiveEstablished = 4;

    /// <summary>A connection that a peer initiated is established. Linux 4.13.</summary>
    public const int PassiveEstablished = 5;

    /// <summary>Asks whether the connection uses ECN. Linux 4.13.</summary>
    public const int NeedsEcn = 6;

    /// <summary>Asks for the base round-trip time, in microseconds. Linux 4.15.</summary>
    public const int BaseRoundTrip = 7;

    /// <summary>A retransmission timer expired. Only if <see cref="SockOps.CallbackFlags"/> request it. Linux 4.16.</summary>
    public const int RetransmissionTimeout = 8;

    /// <summary>A packet was retransmitted. Only if <see cref="SockOps.CallbackFlags"/> request it. Linux 4.16.</summary>
    public const int Retransmitted = 9;

    /// <summary>
    /// The state changes: the first argument is the old <see cref="TcpState"/>, the second the new one. Only if <see cref="SockOps.CallbackFlags"/> request it.
    /// Linux 4.16.
    /// </summary>
    public const int StateChanged = 10;

    /// <summary>A socket starts to listen. Linux 4.19.</summary>
    public const int Listening = 11;

    /// <summary>A round trip was measured. Only if <see cref="SockOps.CallbackFlags"/> request it. Linux 5.3.</summary>
    public const int RoundTripMeasured = 12;

    /// <summary>A packet arrived whose header options the program can parse. Only if <see cref="SockOps.CallbackFlags"/> request it. Linux 5.10.</summary>
    public const int ParseHeaderOptions = 13;

    /// <summary>Asks how many bytes the program needs for header options. Only if <see cref="SockOps.CallbackFlags"/> request it. Linux 5.10.</summary>
    public const int HeaderOptionLength = 14;

    /// <summary>The program may write its header options. Only if <see cref="SockOps.CallbackFlags"/> request it. Linux 5.10.</summary>
    public const int WriteHeaderOptions = 15;
}
