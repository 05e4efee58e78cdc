namespace Ebpf.Contexts;

/// <summary>
/// Defines the offsets of fields in <c>struct bpf_sk_lookup</c> (<c>linux/bpf.h</c>), the context of <see cref="Programs.BpfProgramType.SkLookup"/> programs,
/// in bytes. Fields are 32 bits wide unless noted. Linux 5.9.
/// </summary>
public static class SkLookup
{
    /// <summary>A pointer, 64 bits wide, to the <c>struct bpf_sock</c> (<see cref="Sock"/>) of the chosen socket, or 0.</summary>
    public const int Socket = 0;

    /// <summary>The address family (<c>AF_INET</c> 2, <c>AF_INET6</c> 10).</summary>
    public const int Family = 8;

    /// <summary>The protocol (<c>IPPROTO_TCP</c> 6, <c>IPPROTO_UDP</c> 17).</summary>
    public const int Protocol = 12;

    /// <summary>The sender's IPv4 address, in network byte order.</summary>
    public const int RemoteIp4 = 16;

    /// <summary>The sender's IPv6 address: four words in network byte order.</summary>
    public const int RemoteIp6 = 20;

    /// <summary>The sender's port in network byte order, 16 bits wide.</summary>
    public const int RemotePort = 36;

    /// <summary>The destination IPv4 address, in network byte order.</summary>
    public const int LocalIp4 = 40;

    /// <summary>The destination IPv6 address: four words in network byte order.</summary>
    public const int LocalIp6 = 44;

    /// <summary>The destination port, in host byte order.</summary>
    public const int LocalPort = 60;

    /// <summary>The index of the interface that received the packet. Linux 5.17.</summary>
    public const int IngressInterfaceIndex = 64;
}
