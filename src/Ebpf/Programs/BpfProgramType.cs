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
    /// Looks at each packet that a network interface receives or sends, with its Ethernet header, and returns a verdict (<see cref="TcxVerdict"/>). Its
    /// context is a <c>struct __sk_buff</c> (<see cref="SkBuff"/>). Traffic control's classifier, which attaches with <see cref="Links.TcxLink"/>
    /// (Linux 6.6) or <see cref="Links.ClsactFilter"/>. Linux 4.1; loading needs CAP_NET_ADMIN, too.
    /// </summary>
    SchedCls = 3,

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
    /// Runs when a process of a cgroup makes, has bound or closes an IPv4 or IPv6 socket, and returns 1 to let it, 0 to refuse with EPERM. Its context is a
    /// <c>struct bpf_sock</c> (<see cref="Sock"/>), of which it may write the interface, the mark and the priority when the socket is made. Must be loaded with
    /// the <see cref="BpfProgramOptions.ExpectedAttachType"/> that says at which of these. Linux 4.10; loading needs CAP_NET_ADMIN, too.
    /// </summary>
    CgroupSock = 9,

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

    /// <summary>
    /// Chooses the socket of a group that shares a port (<c>SO_REUSEPORT</c>, socket(7)) for a packet, with the helper <c>bpf_sk_select_reuseport</c>, and
    /// returns a verdict (<see cref="SkVerdict"/>). Its context is a <c>struct sk_reuseport_md</c> (<see cref="SkReuseportMd"/>). Linux 4.19.
    /// </summary>
    SkReuseport = 21,

    /// <summary>
    /// Runs when a process of a cgroup calls <c>getsockopt(2)</c> or <c>setsockopt(2)</c>, may change the option's value, and returns 1 to let it, 0 to refuse
    /// with EPERM. Its context is a <c>struct bpf_sockopt</c> (<see cref="SockOpt"/>). Must be loaded with the
    /// <see cref="BpfProgramOptions.ExpectedAttachType"/> that says at which of these. Linux 5.3; loading needs CAP_NET_ADMIN, too.
    /// </summary>
    CgroupSockopt = 25,

    /// <summary>
    /// Chooses, for a TCP connection or a UDP datagram that comes into a network namespace, the socket that gets it, whatever that is bound to, with the helper
    /// <c>bpf_sk_assign</c>; it returns a verdict (<see cref="SkVerdict"/>). Its context is a <c>struct bpf_sk_lookup</c> (<see cref="SkLookup"/>).
    /// Linux 5.9.
    /// </summary>
    SkLookup = 30,
}
