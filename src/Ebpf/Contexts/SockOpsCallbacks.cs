namespace Ebpf.Contexts;

/// <summary>
/// Defines the bits with which a <see cref="Programs.BpfProgramType.SockOps"/> program requests further events from the helper <c>bpf_sock_ops_cb_flags_set</c>
/// (<c>BPF_SOCK_OPS_…_FLAG</c>). All programs of a socket share the bits: add to the value of <see cref="SockOps.CallbackFlags"/>.
/// </summary>
public static class SockOpsCallbacks
{
    /// <summary>Requests <see cref="SockOpsEvent.RetransmissionTimeout"/>. Linux 4.16.</summary>
    public const int RetransmissionTimeout = 1 << 0;

    /// <summary>Requests <see cref="SockOpsEvent.Retransmitted"/>. Linux 4.16.</summary>
    public const int Retransmitted = 1 << 1;

    /// <summary>Requests <see cref="SockOpsEvent.StateChanged"/>. Linux 4.16.</summary>
    public const int StateChanged = 1 << 2;

    /// <summary>Requests <see cref="SockOpsEvent.RoundTripMeasured"/>. Linux 5.3.</summary>
    public const int RoundTripMeasured = 1 << 3;

    /// <summary>Requests <see cref="SockOpsEvent.ParseHeaderOptions"/> for every packet. Linux 5.10.</summary>
    public const int ParseAllHeaderOptions = 1 << 4;

    /// <summary>Requests <see cref="SockOpsEvent.ParseHeaderOptions"/> for packets with an option that the kernel does not know. Linux 5.10.</summary>
    public const int ParseUnknownHeaderOptions = 1 << 5;

    /// <summary>Requests <see cref="SockOpsEvent.HeaderOptionLength"/> and <see cref="SockOpsEvent.WriteHeaderOptions"/>. Linux 5.10.</summary>
    public const int WriteHeaderOptions = 1 << 6;
}
