namespace Hops.Host.Watching;

/// <summary>Specifies how the programs in the kernel read TTLs. Both ways give the same records.</summary>
public enum KernelSide
{
    /// <summary>
    /// From the IP header of the packet that establishes a connection, in the kernel's memory: no program runs for each packet. Needs CAP_BPF, CAP_NET_ADMIN
    /// and CAP_PERFMON, and a kernel with type information (<c>/sys/kernel/btf/vmlinux</c>).
    /// </summary>
    Header = 1,

    /// <summary>
    /// From the packets of handshakes, by a program that runs for each incoming packet. Needs CAP_BPF and CAP_NET_ADMIN, and Linux 5.15.
    /// </summary>
    Packets = 2,
}
