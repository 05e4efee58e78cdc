namespace Ebpf.Links;

/// <summary>Represents two links to a cgroup, for the same event of IPv4 and of IPv6. <see cref="CgroupLink.AttachPair"/> creates them.</summary>
public sealed class CgroupLinkPair : IDisposable
{
    internal CgroupLinkPair(BpfLink ipv4, BpfLink ipv6)
    {
        Ipv4 = ipv4;
        Ipv6 = ipv6;
    }

    /// <summary>Gets the link of the IPv4 program.</summary>
    public BpfLink Ipv4 { get; }

    /// <summary>Gets the link of the IPv6 program, which also runs for dual-mode sockets.</summary>
    public BpfLink Ipv6 { get; }

    /// <summary>Closes both links, as <see cref="BpfLink.Dispose"/> does.</summary>
    public void Dispose()
    {
        Ipv4.Dispose();
        Ipv6.Dispose();
    }
}
