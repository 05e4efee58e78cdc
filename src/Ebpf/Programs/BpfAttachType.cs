namespace Ebpf.Programs;

/// <summary>Where a program is attached: at which event it runs (<c>enum bpf_attach_type</c>).</summary>
public enum BpfAttachType
{
    /// <summary>A <see cref="BpfProgramType.CgroupSkb"/> program sees what the cgroup's sockets receive. Linux 4.10.</summary>
    CgroupIngress = 0,

    /// <summary>A <see cref="BpfProgramType.CgroupSkb"/> program sees what the cgroup's sockets send. Linux 4.10.</summary>
    CgroupEgress = 1,

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

    /// <summary><c>sendto(2)</c> and <c>sendmsg(2)</c> to an address, over UDP on IPv4. Linux 4.18.</summary>
    CgroupSendMessage4 = 14,

    /// <summary><c>sendto(2)</c> and <c>sendmsg(2)</c> to an address, over UDP on IPv6. Linux 4.18.</summary>
    CgroupSendMessage6 = 15,

    /// <summary>The sender's address that <c>recvfrom(2)</c> and <c>recvmsg(2)</c> tell, over UDP on IPv4. The program must return 1. Linux 5.2.</summary>
    CgroupReceiveMessage4 = 19,

    /// <summary>The sender's address that <c>recvfrom(2)</c> and <c>recvmsg(2)</c> tell, over UDP on IPv6. The program must return 1. Linux 5.2.</summary>
    CgroupReceiveMessage6 = 20,

    /// <summary>What <c>getpeername(2)</c> tells, on IPv4. The program must return 1. Linux 5.8.</summary>
    CgroupGetPeerName4 = 29,

    /// <summary>What <c>getpeername(2)</c> tells, on IPv6. The program must return 1. Linux 5.8.</summary>
    CgroupGetPeerName6 = 30,

    /// <summary>What <c>getsockname(2)</c> tells, on IPv4. The program must return 1. Linux 5.8.</summary>
    CgroupGetSocketName4 = 31,

    /// <summary>What <c>getsockname(2)</c> tells, on IPv6. The program must return 1. Linux 5.8.</summary>
    CgroupGetSocketName6 = 32,

    /// <summary>A <see cref="BpfProgramType.Xdp"/> program on a network interface. Linux 5.9 (without a link since 4.8).</summary>
    Xdp = 37,
}
