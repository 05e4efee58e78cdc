using Ebpf.Contexts;

namespace Ebpf.Programs;

/// <summary>What a program is for: it decides what the program is given, may call and may return (<c>enum bpf_prog_type</c>).</summary>
public enum BpfProgramType
{
    /// <summary>
    /// Looks at each packet that a socket receives and returns how many bytes of it to keep: 0 drops it. Its context is a
    /// <c>struct __sk_buff</c> (<see cref="SkBuff"/>). Linux 3.19.
    /// </summary>
    SocketFilter = 1,

    /// <summary>
    /// Looks at each frame that a network interface receives, before the network stack does, and returns a verdict
    /// (<see cref="XdpVerdict"/>). Its context is a <c>struct xdp_md</c> (<see cref="XdpMd"/>). Linux 4.8; loading needs CAP_NET_ADMIN, too.
    /// </summary>
    Xdp = 6,

    /// <summary>
    /// Looks at each IP packet that the sockets of a cgroup send or receive and returns 1 to let it pass, 0 to drop it: the
    /// sender of a dropped one sees EPERM. Its context is a <c>struct __sk_buff</c> (<see cref="SkBuff"/>). Linux 4.10.
    /// </summary>
    CgroupSkb = 8,

    /// <summary>
    /// Runs at events in the life of the TCP connections of a cgroup. Its context is a <c>struct bpf_sock_ops</c>
    /// (<see cref="SockOps"/>); it returns 1. Linux 4.13; loading needs CAP_NET_ADMIN, too.
    /// </summary>
    SockOps = 13,

    /// <summary>
    /// Runs when a process of a cgroup binds, connects, or sends to an address, and returns 1 to let it, 0 to refuse with EPERM; it
    /// may write another address first. Its context is a <c>struct bpf_sock_addr</c> (<see cref="SockAddr"/>). Must be loaded with
    /// the <see cref="BpfProgramOptions.ExpectedAttachType"/> that says at which of these. Linux 4.17; loading needs CAP_NET_ADMIN, too.
    /// </summary>
    CgroupSockAddr = 18,
}
