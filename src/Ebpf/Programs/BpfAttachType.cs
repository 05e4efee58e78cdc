namespace Ebpf.Programs;

/// <summary>Specifies the event at which an attached program runs (<c>enum bpf_attach_type</c>).</summary>
public enum BpfAttachType
{
    /// <summary>Packets that the cgroup's sockets receive, for <see cref="BpfProgramType.CgroupSkb"/> programs. Linux 4.10.</summary>
    CgroupIngress = 0,

    /// <summary>Packets that the cgroup's sockets send, for <see cref="BpfProgramType.CgroupSkb"/> programs. Linux 4.10.</summary>
    CgroupEgress = 1,

    /// <summary>Creation of a socket (socket(2)), for <see cref="BpfProgramType.CgroupSock"/> programs. Linux 4.10.</summary>
    CgroupSocketCreate = 2,

    /// <summary>Events of TCP connections, for <see cref="BpfProgramType.SockOps"/> programs. Linux 4.13.</summary>
    CgroupSockOps = 3,

    /// <summary><c>bind(2)</c> of IPv4 sockets. Linux 4.17.</summary>
    CgroupBind4 = 8,

    /// <summary><c>bind(2)</c> of IPv6 sockets. Linux 4.17.</summary>
    CgroupBind6 = 9,

    /// <summary><c>connect(2)</c> of TCP and UDP sockets over IPv4. Linux 4.17.</summary>
    CgroupConnect4 = 10,

    /// <summary><c>connect(2)</c> of TCP and UDP sockets over IPv6. Linux 4.17.</summary>
    CgroupConnect6 = 11,

    /// <summary>An IPv4 socket was bound to its address and port, for <see cref="BpfProgramType.CgroupSock"/> programs. Linux 4.17.</summary>
    CgroupPostBind4 = 12,

    /// <summary>An IPv6 socket was bound to its address and port, for <see cref="BpfProgramType.CgroupSock"/> programs. Linux 4.17.</summary>
    CgroupPostBind6 = 13,

    /// <summary><c>sendto(2)</c> and <c>sendmsg(2)</c> to an address, over UDP on IPv4. Linux 4.18.</summary>
    CgroupSendMessage4 = 14,

    /// <summary><c>sendto(2)</c> and <c>sendmsg(2)</c> to an address, over UDP on IPv6. Linux 4.18.</summary>
    CgroupSendMessage6 = 15,

    /// <summary>The sender's address that <c>recvfrom(2)</c> and <c>recvmsg(2)</c> return, over UDP on IPv4. The program must return 1. Linux 5.2.</summary>
    CgroupReceiveMessage4 = 19,

    /// <summary>The sender's address that <c>recvfrom(2)</c> and <c>recvmsg(2)</c> return, over UDP on IPv6. The program must return 1. Linux 5.2.</summary>
    CgroupReceiveMessage6 = 20,

    /// <summary><c>getsockopt(2)</c>, after the kernel has filled in the value. Linux 5.3.</summary>
    CgroupGetSocketOption = 21,

    /// <summary><c>setsockopt(2)</c>, before the kernel reads the value. Linux 5.3.</summary>
    CgroupSetSocketOption = 22,

    /// <summary>The address that <c>getpeername(2)</c> returns, on IPv4. The program must return 1. Linux 5.8.</summary>
    CgroupGetPeerName4 = 29,

    /// <summary>The address that <c>getpeername(2)</c> returns, on IPv6. The program must return 1. Linux 5.8.</summary>
    CgroupGetPeerName6 = 30,

    /// <summary>The address that <c>getsockname(2)</c> returns, on IPv4. The program must return 1. Linux 5.8.</summary>
    CgroupGetSocketName4 = 31,

    /// <summary>The address that <c>getsockname(2)</c> returns, on IPv6. The program must return 1. Linux 5.8.</summary>
    CgroupGetSocketName6 = 32,

    /// <summary>Closing of a socket, for <see cref="BpfProgramType.CgroupSock"/> programs. Linux 5.9.</summary>
    CgroupSocketRelease = 34,

    /// <summary>Lookup of a socket in a network namespace, for <see cref="BpfProgramType.SkLookup"/> programs. Linux 5.9.</summary>
    SkLookup = 36,

    /// <summary>Frames that a network interface receives, for <see cref="BpfProgramType.Xdp"/> programs. Linux 5.9 (without a link since 4.8).</summary>
    Xdp = 37,

    /// <summary>
    /// Choice among sockets that share a port, for <see cref="BpfProgramType.SkReuseport"/> programs. Linux 5.14 (without this name since 4.19).
    /// </summary>
    SkReuseportSelect = 39,

    /// <summary>
    /// Choice among sockets that share a port, also for the pending connections of a listener that is closed, for <see cref="BpfProgramType.SkReuseport"/>
    /// programs. Linux 5.14.
    /// </summary>
    SkReuseportSelectOrMigrate = 40,

    /// <summary>Packets that a network interface receives, for <see cref="BpfProgramType.SchedCls"/> programs. Linux 6.6.</summary>
    TcxIngress = 46,

    /// <summary>Packets that a network interface sends, for <see cref="BpfProgramType.SchedCls"/> programs. Linux 6.6.</summary>
    TcxEgress = 47,
}
