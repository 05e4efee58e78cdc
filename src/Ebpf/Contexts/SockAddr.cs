namespace Ebpf.Contexts;

/// <summary>
/// Defines the offsets of fields in <c>struct bpf_sock_addr</c> (<c>linux/bpf.h</c>), the context of <see cref="Programs.BpfProgramType.CgroupSockAddr"/>
/// programs, in bytes. Fields are 32 bits wide unless noted.
/// </summary>
public static class SockAddr
{
    /// <summary>The address family of the address that the application passed (<c>AF_INET</c> 2, <c>AF_INET6</c> 10).</summary>
    public const int UserFamily = 0;

    /// <summary>The IPv4 address that the application passed, in network byte order. May be written.</summary>
    public const int UserIp4 = 4;

    /// <summary>The IPv6 address that the application passed: four words in network byte order. May be written.</summary>
    public const int UserIp6 = 8;

    /// <summary>The port that the application passed, in network byte order. May be written.</summary>
    public const int UserPort = 24;

    /// <summary>The socket's address family.</summary>
    public const int Family = 28;

    /// <summary>The socket's type (<c>SOCK_STREAM</c> 1, <c>SOCK_DGRAM</c> 2).</summary>
    public const int SocketType = 32;

    /// <summary>The socket's protocol (<c>IPPROTO_TCP</c> 6, <c>IPPROTO_UDP</c> 17).</summary>
    public const int Protocol = 36;

    /// <summary>The source IPv4 address of a message that is sent, in network byte order. May be written.</summary>
    public const int MessageSourceIp4 = 40;

    /// <summary>The source IPv6 address of a message that is sent: four words in network byte order. May be written.</summary>
    public const int MessageSourceIp6 = 44;

    /// <summary>A pointer, 64 bits wide, to the <c>struct bpf_sock</c> (<see cref="Sock"/>) of the socket. Linux 5.3.</summary>
    public const int Socket = 64;
}
