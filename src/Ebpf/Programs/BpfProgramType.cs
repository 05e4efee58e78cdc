namespace Ebpf.Programs;

/// <summary>What a program is for: it decides what the program is given, may call and may return (<c>enum bpf_prog_type</c>).</summary>
public enum BpfProgramType
{
    /// <summary>
    /// Looks at each packet that a socket receives and returns how many bytes of it to keep: 0 drops it. Its context is a
    /// <c>struct __sk_buff</c> (<see cref="SkBuff"/>). Linux 3.19.
    /// </summary>
    SocketFilter = 1,

    /// <summary>Looks at each packet as it arrives at a network device's driver, from the link layer's header on, before the network stack. Linux 4.8.</summary>
    Xdp = 6,

    /// <summary>
    /// Looks at each packet, from the network header on, that the sockets of a control group send or receive, and returns 1 to keep it or 0 to drop it.
    /// Its context is a <c>struct __sk_buff</c> (<see cref="SkBuff"/>). Linux 4.10.
    /// </summary>
    CgroupSkb = 8,

    /// <summary>Called at certain moments in the life of a TCP connection of a control group. Its context is a <c>struct bpf_sock_ops</c>. Linux 4.13.</summary>
    SockOps = 13,

    /// <summary>
    /// Sees, and may change, the addresses that processes of a control group bind, connect or send to. Its context is a <c>struct bpf_sock_addr</c>. Linux 4.17.
    /// </summary>
    CgroupSocketAddress = 18,
}
