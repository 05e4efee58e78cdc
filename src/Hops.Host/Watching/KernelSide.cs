namespace Hops.Host.Watching;

/// <summary>How the programs in the kernel learn TTLs. Both tell the same records.</summary>
public enum KernelSide
{
    /// <summary>
    /// From the IP header, in the kernel's memory, of the packet that establishes a connection: nothing runs for each packet. Needs CAP_BPF, CAP_NET_ADMIN and
    /// CAP_PERFMON, and a kernel that tells its types (<c>/sys/kernel/btf/vmlinux</c>).
    /// </summary>
    Header = 1,

    /// <summary>
    /// From a program for all packets that come in, which looks at those of handshakes. Needs CAP_BPF and CAP_NET_ADMIN; Linux 5.15.
    /// </summary>
    Packets = 2,
}
