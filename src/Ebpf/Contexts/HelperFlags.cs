namespace Ebpf.Contexts;

/// <summary>Flags that helpers take (<c>BPF_F_…</c> and others of <c>linux/bpf.h</c>).</summary>
public static class HelperFlags
{
    /// <summary>
    /// <c>bpf_redirect</c>, <c>bpf_clone_redirect</c>: as if the interface had received the packet. Without it the interface sends the packet.
    /// </summary>
    public const int RedirectToIngress = 1 << 0;

    /// <summary><c>bpf_skb_store_bytes</c>: corrects the checksum that the network card computed.</summary>
    public const int RecomputeChecksum = 1 << 0;

    /// <summary><c>bpf_skb_store_bytes</c>: the packet's hash is computed anew when somebody asks for it.</summary>
    public const int InvalidateHash = 1 << 1;

    /// <summary><c>bpf_l4_csum_replace</c>: what changes belongs to the pseudo header, as addresses do.</summary>
    public const int ChecksumOfPseudoHeader = 1 << 4;

    /// <summary><c>bpf_l4_csum_replace</c>: a checksum of 0 means that there is none, as with UDP over IPv4.</summary>
    public const int ChecksumMayBeAbsent = 1 << 5;

    /// <summary>
    /// <c>bpf_sk_assign</c> in a <see cref="Programs.BpfProgramType.SkLookup"/> program: takes the place of the socket that an earlier program chose. Linux
    /// 5.9.
    /// </summary>
    public const int ReplaceSocket = 1 << 0;

    /// <summary>
    /// <c>bpf_sk_assign</c> in a <see cref="Programs.BpfProgramType.SkLookup"/> program: exactly this socket, not another one that shares its port. Linux
    /// 5.9.
    /// </summary>
    public const int NoReusePort = 1 << 1;

    /// <summary><c>bpf_sk_lookup_tcp</c> and <c>bpf_sk_lookup_udp</c>: in the network namespace of the packet. Linux 4.20.</summary>
    public const int CurrentNetworkNamespace = -1;

    /// <summary><c>bpf_ringbuf_output</c>, <c>_submit</c>, <c>_discard</c>: does not wake the reader. Linux 5.8.</summary>
    public const int NoWakeup = 1 << 0;

    /// <summary><c>bpf_ringbuf_output</c>, <c>_submit</c>, <c>_discard</c>: wakes the reader though it has not read all yet. Linux 5.8.</summary>
    public const int ForceWakeup = 1 << 1;

    /// <summary><c>bpf_sk_storage_get</c>: makes the value if the socket has none. Linux 5.2.</summary>
    public const int CreateStorage = 1 << 0;
}
