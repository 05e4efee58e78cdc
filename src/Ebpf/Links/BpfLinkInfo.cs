using Ebpf.Programs;
using Ebpf.SystemCalls;

namespace Ebpf.Links;

/// <summary>Represents the kernel's information about a link (<c>struct bpf_link_info</c>).</summary>
public sealed record BpfLinkInfo
{
    private BpfLinkInfo()
    {
    }

    /// <summary>Gets the link's id, which the kernel's tools show.</summary>
    public uint Id { get; private init; }

    /// <summary>Gets the type of the link.</summary>
    public BpfLinkType Type { get; private init; }

    /// <summary>Gets the id of the attached program, for <see cref="BpfProgram.OpenById"/>.</summary>
    public uint ProgramId { get; private init; }

    /// <summary>Gets the event at which the program runs; null for links to objects other than cgroups, network interfaces and network namespaces.</summary>
    public BpfAttachType? AttachType { get; internal init; }

    /// <summary>
    /// Gets the id of the cgroup, which is the inode number of its folder; 0 if the link is detached or the cgroup is gone; null for links to other objects.
    /// </summary>
    public ulong? CgroupId { get; internal init; }

    /// <summary>Gets the index of the network interface; 0 if the link is detached or the interface is gone; null for links to other objects.</summary>
    public int? InterfaceIndex { get; internal init; }

    /// <summary>
    /// Gets the inode number of the network namespace, as <c>lsns(8)</c> shows it; 0 if the link is detached or the namespace is gone; null for links to other
    /// objects.
    /// </summary>
    public uint? NetworkNamespace { get; internal init; }

    /// <summary>
    /// Gets a value indicating whether the program is still attached: false after <see cref="BpfLink.Detach"/>, and if the cgroup, the interface or the network
    /// namespace is gone. Always true for links to other objects.
    /// </summary>
    public bool IsAttached => CgroupId is not 0 && InterfaceIndex is not 0 && NetworkNamespace is not 0;

    /// <exception cref="BpfException">The kernel refused.</exception>
    internal static BpfLinkInfo Read(FileDescriptor link)
    {
        Bpf.LinkInfo info = default;
        Errno error = Bpf.ObjectGetInfo(link, ref info);
        if (error != Errno.None)
        {
            throw new BpfException(BpfCommand.ObjectGetInfoByDescriptor, error, "Asking about a link");
        }

        BpfLinkInfo common = new() { Id = info.Id, Type = (BpfLinkType)info.Type, ProgramId = info.ProgramId };
        return common.Type switch
        {
            BpfLinkType.Cgroup => CgroupLink.Complete(common, info),
            BpfLinkType.Xdp => XdpLink.Complete(common, info),
            BpfLinkType.Tcx => TcxLink.Complete(common, info),
            BpfLinkType.NetworkNamespace => SkLookupLink.Complete(common, info),
            _ => common,
        };
    }
}
