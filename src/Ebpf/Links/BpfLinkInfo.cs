using Ebpf.Programs;
using Ebpf.SystemCalls;

namespace Ebpf.Links;

/// <summary>What the kernel knows of a link (<c>struct bpf_link_info</c>).</summary>
public sealed record BpfLinkInfo
{
    private BpfLinkInfo()
    {
    }

    /// <summary>Its number, under which tools show it.</summary>
    public uint Id { get; private init; }

    /// <summary>What it attaches to.</summary>
    public BpfLinkType Type { get; private init; }

    /// <summary>The number of the program that it holds: <see cref="BpfProgram.OpenById"/> opens it.</summary>
    public uint ProgramId { get; private init; }

    /// <summary>At which event the program runs; null of links to neither a cgroup, an interface nor a network namespace.</summary>
    public BpfAttachType? AttachType { get; internal init; }

    /// <summary>
    /// The number of the cgroup, which is its folder's inode number; 0 once it is detached or the cgroup is gone; null of links to something else.
    /// </summary>
    public ulong? CgroupId { get; internal init; }

    /// <summary>The index of the network interface; 0 once it is detached or the interface is gone; null of links to something else.</summary>
    public int? InterfaceIndex { get; internal init; }

    /// <summary>
    /// The inode number of the network namespace, as <c>lsns(8)</c> shows it; 0 once it is detached or the namespace is gone; null of links to something else.
    /// </summary>
    public uint? NetworkNamespace { get; internal init; }

    /// <summary>
    /// Whether the link still attaches its program: false after <see cref="BpfLink.Detach"/>, and when the cgroup, the interface or the network namespace is
    /// gone. True of links to something else.
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
