namespace Ebpf.Contexts;

/// <summary>
/// Defines the offsets of fields in <c>struct bpf_sock</c> (<c>linux/bpf.h</c>), the view that programs have of a socket, in bytes. Fields are 32 bits wide
/// unless noted.
/// </summary>
public static class Sock
{
    /// <summary>The index of the interface that the socket is bound to, or 0.</summary>
    public const int BoundInterfaceIndex = 0;

    /// <summary>The address family (<c>AF_INET</c> 2, <c>AF_INET6</c> 10).</summary>
    public const int Family = 4;

    /// <summary>The type (<c>SOCK_STREAM</c> 1, <c>SOCK_DGRAM</c> 2).</summary>
    public const int SocketType = 8;

    /// <summary>The protocol (<c>IPPROTO_TCP</c> 6, <c>IPPROTO_UDP</c> 17).</summary>
    public const int Protocol = 12;

    /// <summary>The mark of packets that the socket sends (<c>SO_MARK</c>).</summary>
    public const int Mark = 16;

    /// <summary>The priority of packets that the socket sends (<c>SO_PRIORITY</c>).</summary>
    public const int Priority = 20;

    /// <summary>This host's IPv4 address, in network byte order.</summary>
    public const int SourceIp4 = 24;

    /// <summary>This host's IPv6 address: four words in network byte order.</summary>
    public const int SourceIp6 = 28;

    /// <summary>This host's port, in host byte order.</summary>
    public const int SourcePort = 44;

    /// <summary>The peer's port in network byte order, 16 bits wide.</summary>
    public const int DestinationPort = 48;

    /// <summary>The peer's IPv4 address, in network byte order.</summary>
    public const int DestinationIp4 = 52;

    /// <summary>The peer's IPv6 address: four words in network byte order.</summary>
    public const int DestinationIp6 = 56;

    /// <summary>The TCP state (<see cref="TcpState"/>). Linux 5.1.</summary>
    public const int State = 72;

    /// <summary>The queue of the network card that the socket receives from, signed; -1 if unknown. Linux 5.9.</summary>
    public const int ReceiveQueueMapping = 76;
}
