namespace Ebpf.Programs;

/// <summary>Where a program is attached: at which event it runs (<c>enum bpf_attach_type</c>).</summary>
public enum BpfAttachType
{
    /// <summary>A <see cref="BpfProgramType.CgroupSkb"/> program sees what the cgroup's sockets receive. Linux 4.10.</summary>
    CgroupIngress = 0,

    /// <summary>A <see cref="BpfProgramType.CgroupSkb"/> program sees what the cgroup's sockets send. Linux 4.10.</summary>
    CgroupEgress = 1,

    /// <summary>A <see cref="BpfProgramType.CgroupSock"/> program when a socket is made (socket(2)). Linux 4.10.</summary>
    CgroupSocketCreate = 2,

    /// <summary>A <see cref="BpfProgramType.SockOps"/> program. Linux 4.13.</summary>
    CgroupSockOps = 3,

    /// <summary><c>bind(2)</c> of IPv4 sockets. Linux 4.17.</summary>
    CgroupBind4 = 8,

    /// <summary><c>bind(2)</c> of IPv6 sockets. Linux 4.17.</summary>
    CgroupBind6 = 9,

    /// <summary><c>connect(2)</c> of TCP and UDP sockets over IPv4. Linux 4.17.</summary>
    CgroupConnect4 = 10,

    /// <summary><c>connect(2)</c> of TCP and UDP sockets over IPv6. Linux 4.17.</summary>
    CgroupConnect6 = 11,

    /// <summary>A <see cref="BpfProgramType.CgroupSock"/> program when an IPv4 socket has got its address and port. Linux 4.17.</summary>
    CgroupPostBind4 = 12,

    /// <summary>A <see cref="BpfProgramType.CgroupSock"/> program when an IPv6 socket has got its address and port. Linux 4.17.</summary>
    CgroupPostBind6 = 13,

    /// <summary><c>sendto(2)</c> and <c>sendmsg(2)</c> to an address, over UDP on IPv4. Linux 4.18.</summary>
    CgroupSendMessage4 = 14,

    /// <summary><c>sendto(2)</c> and <c>sendmsg(2)</c> to an address, over UDP on IPv6. Linux 4.18.</summary>
    CgroupSendMessage6 = 15,

    /// <summary>The sender's address that <c>recvfrom(2)</c> and <c>recvmsg(2)</c> tell, over UDP on IPv4. The program must return 1. Linux 5.2.</summary>
    CgroupReceiveMessage4 = 19,

    /// <summary>The sender's address that <c>recvfrom(2)</c> and <c>recvmsg(2)</c> tell, over UDP on IPv6. The program must return 1. Linux 5.2.</summary>
    CgroupReceiveMessage6 = 20,

    /// <summary><c>getsockopt(2)</c>, after the kernel has filled in the value. Linux 5.3.</summary>
    CgroupGetSocketOption = 21,

    /// <summary><c>setsockopt(2)</c>, before the kernel looks at the value. Linux 5.3.</summary>
    CgroupSetSocketOption = 22,

    /// <summary>What <c>getpeername(2)</c> tells, on IPv4. The program must return 1. Linux 5.8.</summary>
    CgroupGetPeerName4 = 29,

    /// <summary>What <c>getpeername(2)</c> tells, on IPv6. The program must return 1. Linux 5.8.</summary>
    CgroupGetPeerName6 = 30,

    /// <summary>What <c>getsockname(2)</c> tells, on IPv4. The program must return 1. Linux 5.8.</summary>
    CgroupGetSocketName4 = 31,

    /// <summary>What <c>getsockname(2)</c> tells, on IPv6. The program must return 1. Linux 5.8.</summary>
    CgroupGetSocketName6 = 32,

    /// <summary>A <see cref="BpfProgramType.CgroupSock"/> program when a socket is closed. Linux 5.9.</summary>
    CgroupSocketRelease = 34,

    /// <summary>A <see cref="BpfProgramType.SkLookup"/> program on a network namespace. Linux 5.9.</summary>
    SkLookup = 36,

    /// <summary>A <see cref="BpfProgramType.Xdp"/> program on a network interface. Linux 5.9 (without a link since 4.8).</summary>
    Xdp = 37,

    /// <summary>A <see cref="BpfProgramType.SkReuseport"/> program that chooses among sockets. Linux 5.14 (without this name since 4.19).</summary>
    SkReuseportSelect = 39,

    /// <summary>
    /// A <see cref="BpfProgramType.SkReuseport"/> program that also chooses where the pending connections of a listener go that is closed. Linux 5.14.
    /// </summary>
    SkReuseportSelectOrMigrate = 40,

    /// <summary>A <see cref="BpfProgramType.SchedCls"/> program sees what a network interface receives. Linux 6.6.</summary>
    TcxIngress = 46,

    /// <summary>A <see cref="BpfProgramType.SchedCls"/> program sees what a network interface sends. Linux 6.6.</summary>
    TcxEgress = 47,
}
