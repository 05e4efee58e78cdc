namespace Ebpf.Contexts;

/// <summary>Defines flags for helpers (<c>BPF_F_…</c> and others of <c>linux/bpf.h</c>).</summary>
public static class HelperFlags
{
    /// <summary><c>bpf_redirect</c>, <c>bpf_clone_redirect</c>: the interface receives the packet. Without this flag the interface sends it.</summary>
    public const int RedirectToIngress = 1 << 0;

    /// <summary><c>bpf_skb_store_bytes</c>: corrects the checksum that the network card computed.</summary>
    public const int RecomputeChecksum = 1 << 0;

    /// <summary><c>bpf_skb_store_bytes</c>: invalidates the packet's hash, which is computed again at its next use.</summary>
    public const int InvalidateHash = 1 << 1;

    /// <summary><c>bpf_l4_csum_replace</c>: the changed field is part of the pseudo header, as addresses are.</summary>
    public const int ChecksumOfPseudoHeader = 1 << 4;

    /// <summary><c>bpf_l4_csum_replace</c>: a checksum of 0 means that there is none, as with UDP over IPv4.</summary>
    public const int ChecksumMayBeAbsent = 1 << 5;

    /// <summary>
    /// <c>bpf_sk_assign</c> in a <see cref="Programs.BpfProgramType.SkLookup"/> program: replaces the socket that an earlier program chose. Linux 5.9.
    /// </summary>
    public const int ReplaceSocket = 1 << 0;

    /// <summary>
    /// <c>bpf_sk_assign</c> in a <see cref="Programs.BpfProgramType.SkLookup"/> program: selects exactly this socket, not another one that shares its port
    /// (<c>SO_REUSEPORT</c>). Linux 5.9.
    /// </summary>
    public const int NoReusePort = 1 << 1;

    /// <summary><c>bpf_sk_lookup_tcp</c> and <c>bpf_sk_lookup_udp</c>: searches the network namespace of the packet. Linux 4.20.</summary>
    public const int CurrentNetworkNamespace = -1;

    /// <summary><c>bpf_ringbuf_output</c>, <c>_submit</c>, <c>_discard</c>: does not wake the reader. Linux 5.8.</summary>
    public const int NoWakeup = 1 << 0;

    /// <summary><c>bpf_ringbuf_output</c>, <c>_submit</c>, <c>_discard</c>: wakes the reader even if it has not read all records yet. Linux 5.8.</summary>
    public const int ForceWakeup = 1 << 1;

    /// <summary><c>bpf_sk_storage_get</c>: creates the value if the socket has none. Linux 5.2.</summary>
    public const int CreateStorage = 1 << 0;
}
