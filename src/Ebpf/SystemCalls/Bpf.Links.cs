using System.Runtime.InteropServices;

namespace Ebpf.SystemCalls;

/// <content>Links, and the programs that are attached to a cgroup.</content>
internal static unsafe partial class Bpf
{
    [StructLayout(LayoutKind.Sequential)]
    public struct LinkCreateAttributes
    {
        public uint ProgramDescriptor;

        /// <summary>A descriptor, such as that of a cgroup's folder, or the index of a network interface.</summary>
        public uint Target;
        public uint AttachType;
        public uint Flags;

        /// <summary>For tcx links: the descriptor of the program before or after which this one runs, depending on the flags.</summary>
        public uint Relative;
        private readonly uint _padding;

        /// <summary>For tcx links: the required revision of the list of programs; 0 for any.</summary>
        public ulong ExpectedRevision;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct LinkUpdateAttributes
    {
        public uint LinkDescriptor;
        public uint NewProgramDescriptor;
        public uint Flags;
        public uint OldProgramDescriptor;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct LinkDetachAttributes
    {
        public uint LinkDescriptor;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct ProgramAttachAttributes
    {
        public uint TargetDescriptor;
        public uint ProgramDescriptor;
        public uint AttachType;
        public uint AttachFlags;
        public uint ReplacedDescriptor;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct ProgramQueryAttributes
    {
        public const uint Effective = 1 << 0;

        public uint TargetDescriptor;
        public uint AttachType;
        public uint QueryFlags;
        public uint AttachFlags;
        public ulong ProgramIds;

        /// <summary>In: the capacity of <see cref="ProgramIds"/>. Out: the number of programs.</summary>
        public uint ProgramCount;
        private readonly uint _padding;
        public ulong ProgramAttachFlags;
        public ulong LinkIds;
        public ulong LinkAttachFlags;

        /// <summary>Out, for tcx. The kernel writes it regardless of the size of the structure (<c>bpf_mprog_query</c>), so it must not be removed.</summary>
        public ulong Revision;
    }

    /// <summary><c>struct bpf_link_info</c> of a link to a cgroup.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LinkInfo
    {
        public uint Type;
        public uint Id;
        public uint ProgramId;
        private readonly uint _padding;

        /// <summary>From here on, links of other types have other fields: see <see cref="XdpLinkInfo"/>.</summary>
        public ulong CgroupId;
        public uint CgroupAttachType;
        private readonly uint _padding2;
    }

    /// <summary><c>struct bpf_link_info</c> of a link to a network interface.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct XdpLinkInfo
    {
        public uint Type;
        public uint Id;
        public uint ProgramId;
        private readonly uint _padding;
        public uint InterfaceIndex;
        private readonly uint _padding2;
    }

    /// <summary><c>struct bpf_link_info</c> of a tcx link.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct TcxLinkInfo
    {
        public uint Type;
        public uint Id;
        public uint ProgramId;
        private readonly uint _padding;
        public uint InterfaceIndex;
        public uint AttachType;
    }

    /// <summary><c>struct bpf_link_info</c> of a link to a network namespace.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct NetworkNamespaceLinkInfo
    {
        public uint Type;
        public uint Id;
        public uint ProgramId;
        private readonly uint _padding;
        public uint NamespaceInode;
        public uint AttachType;
    }

    /// <summary>Linux 5.7 for cgroups, 5.8 for network namespaces, 5.9 for XDP, 6.6 for tcx.</summary>
    public static Errno LinkCreate(ref LinkCreateAttributes attributes, out FileDescriptor link) =>
        CallForDescriptor(BpfCommand.LinkCreate, ref attributes, out link);

    /// <summary>Linux 5.7.</summary>
    public static Errno LinkUpdate(ref LinkUpdateAttributes attributes) => Call(BpfCommand.LinkUpdate, ref attributes);

    /// <summary>Linux 5.9.</summary>
    public static Errno LinkDetach(ref LinkDetachAttributes attributes) => Call(BpfCommand.LinkDetach, ref attributes);

    /// <summary>Linux 4.10.</summary>
    public static Errno ProgramAttach(ref ProgramAttachAttributes attributes) => Call(BpfCommand.ProgramAttach, ref attributes);

    /// <summary>Linux 4.10.</summary>
    public static Errno ProgramDetach(ref ProgramAttachAttributes attributes) => Call(BpfCommand.ProgramDetach, ref attributes);

    /// <summary>Linux 4.15. ENOSPC: the buffer is too small.</summary>
    public static Errno ProgramQuery(ref ProgramQueryAttributes attributes) => Call(BpfCommand.ProgramQuery, ref attributes);
}
