using Ebpf.Contexts;

namespace Ebpf.Programs;

/// <summary>
/// Specifies the type of a program, which determines its context, the helpers that it may call and the values that it may return (<c>enum bpf_prog_type</c>).
/// </summary>
public enum BpfProgramType
{
    /// <summary>
    /// Runs for each packet that a socket receives, and returns the number of bytes to keep; 0 drops the packet. Its context is a <c>struct __sk_buff</c>
    /// (<see cref="SkBuff"/>). Linux 3.19.
    /// </summary>
    SocketFilter = 1,

    /// <summary>
    /// Runs for each packet, with its Ethernet header, that a network interface receives or sends, and returns a verdict (<see cref="TcxVerdict"/>). Its
    /// context is a <c>struct __sk_buff</c> (<see cref="SkBuff"/>). This is a classifier of traffic control; <see cref="Links.TcxLink"/> (Linux 6.6) or
    /// <see cref="Links.ClsactFilter"/> attaches it. Linux 4.1; loading also needs CAP_NET_ADMIN.
    /// </summary>
    SchedCls = 3,

    /// <summary>
    /// Runs for each frame that a network interface receives, before the network stack, and returns a verdict (<see cref="XdpVerdict"/>). Its context is a
    /// <c>struct xdp_md</c> (<see cref="XdpMd"/>). Linux 4.8; loading also needs CAP_NET_ADMIN.
    /// </summary>
    Xdp = 6,

    /// <summary>
    /// Runs for each IP packet that the sockets of a cgroup send or receive, and returns 1 to let it pass or 0 to drop it. Sending a packet that is dropped
    /// fails with EPERM. Its context is a <c>struct __sk_buff</c> (<see cref="SkBuff"/>). Linux 4.10.
    /// </summary>
    CgroupSkb = 8,

    /// <summary>
    /// Runs when a process of a cgroup creates, has bound or closes an IPv4 or IPv6 socket, and returns 1 to allow it or 0 to refuse with EPERM. Its context is
    /// a <c>struct bpf_sock</c> (<see cref="Sock"/>); the program may write the interface, the mark and the priority when the socket is created.
    /// <see cref="BpfProgramOptions.ExpectedAttachType"/> is required and selects one of these events. Linux 4.10; loading also needs CAP_NET_ADMIN.
    /// </summary>
    CgroupSock = 9,

    /// <summary>
    /// Runs at events of the TCP connections of a cgroup, and returns 1. Its context is a <c>struct bpf_sock_ops</c> (<see cref="SockOps"/>). Linux 4.13;
    /// loading also needs CAP_NET_ADMIN.
    /// </summary>
    SockOps = 13,

    /// <summary>
    /// Runs when a process of a cgroup binds, connects, or sends to an address, and returns 1 to allow it or 0 to refuse with EPERM. The program may replace
    /// the address. Its context is a <c>struct bpf_sock_addr</c> (<see cref="SockAddr"/>). <see cref="BpfProgramOptions.ExpectedAttachType"/> is required and
    /// selects one of these events. Linux 4.17; loading also needs CAP_NET_ADMIN.
    /// </summary>
    CgroupSockAddr = 18,

    /// <summary>
    /// Chooses the socket for a packet among the sockets that share a port (<c>SO_REUSEPORT</c>, socket(7)), with the helper <c>bpf_sk_select_reuseport</c>,
    /// and returns a verdict (<see cref="SkVerdict"/>). Its context is a <c>struct sk_reuseport_md</c> (<see cref="SkReuseportMd"/>). Linux 4.19.
    /// </summary>
    SkReuseport = 21,

    /// <summary>
    /// Runs when a process of a cgroup calls <c>getsockopt(2)</c> or <c>setsockopt(2)</c>, and returns 1 to allow it or 0 to refuse with EPERM. The program may
    /// change the option's value. Its context is a <c>struct bpf_sockopt</c> (<see cref="SockOpt"/>). <see cref="BpfProgramOptions.ExpectedAttachType"/> is
    /// required and selects one of the two. Linux 5.3; loading also needs CAP_NET_ADMIN.
    /// </summary>
    CgroupSockopt = 25,

    /// <summary>
    /// Chooses the socket for a TCP connection or a UDP datagram that arrives in a network namespace, regardless of the address that the socket is bound to,
    /// with the helper <c>bpf_sk_assign</c>, and returns a verdict (<see cref="SkVerdict"/>). Its context is a <c>struct bpf_sk_lookup</c>
    /// (<see cref="SkLookup"/>). Linux 5.9.
    /// </summary>
    SkLookup = 30,
}
