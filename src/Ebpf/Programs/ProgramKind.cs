using System.Collections.Immutable;
using Ebpf.SystemCalls;

namespace Ebpf.Programs;

/// <summary>What is known of a type of program: a row of the table. A new type is a row here, and where it attaches in a new way a kind of link.</summary>
/// <param name="Type">The type.</param>
/// <param name="Attachment">What it attaches to.</param>
/// <param name="Attaching">How it is attached, as the object of "it attaches to".</param>
/// <param name="Capability">What loading takes besides CAP_BPF (<c>is_net_admin_prog_type</c>, <c>is_perfmon_prog_type</c> in kernel/bpf/syscall.c).</param>
/// <param name="SaysWhere">Whether the kernel wants to know at the loading where it will be attached.</param>
/// <param name="AttachTypes">The events at which it can run.</param>
internal sealed record ProgramKind(
    BpfProgramType Type, Attachment Attachment, string Attaching, Capability? Capability, bool SaysWhere, ImmutableArray<BpfAttachType> AttachTypes)
{
    private static readonly ImmutableArray<ProgramKind> Rows =
    [
        new(BpfProgramType.SocketFilter, Attachment.Socket, "a socket: socket.AttachFilter(program)", null, false, []),
        new(BpfProgramType.SchedCls, Attachment.Interface, "a network interface: TcxLink.Attach or ClsactFilter.Attach", Ebpf.Capability.NetAdmin, false,
            [BpfAttachType.TcxIngress, BpfAttachType.TcxEgress]),
        new(BpfProgramType.Xdp, Attachment.Interface, "a network interface: XdpLink.Attach", Ebpf.Capability.NetAdmin, false, [BpfAttachType.Xdp]),
        new(BpfProgramType.CgroupSkb, Attachment.Cgroup, "a cgroup", null, false, [BpfAttachType.CgroupIngress, BpfAttachType.CgroupEgress]),
        new(BpfProgramType.CgroupSock, Attachment.Cgroup, "a cgroup", Ebpf.Capability.NetAdmin, true,
        [
            BpfAttachType.CgroupSocketCreate, BpfAttachType.CgroupPostBind4, BpfAttachType.CgroupPostBind6, BpfAttachType.CgroupSocketRelease,
        ]),
        new(BpfProgramType.SockOps, Attachment.Cgroup, "a cgroup", Ebpf.Capability.NetAdmin, false, [BpfAttachType.CgroupSockOps]),
        new(BpfProgramType.CgroupSockAddr, Attachment.Cgroup, "a cgroup", Ebpf.Capability.NetAdmin, true,
        [
            BpfAttachType.CgroupBind4, BpfAttachType.CgroupBind6, BpfAttachType.CgroupConnect4, BpfAttachType.CgroupConnect6,
            BpfAttachType.CgroupSendMessage4, BpfAttachType.CgroupSendMessage6, BpfAttachType.CgroupReceiveMessage4, BpfAttachType.CgroupReceiveMessage6,
            BpfAttachType.CgroupGetPeerName4, BpfAttachType.CgroupGetPeerName6, BpfAttachType.CgroupGetSocketName4, BpfAttachType.CgroupGetSocketName6,
        ]),
        new(BpfProgramType.SkReuseport, Attachment.Socket, "the sockets that share a port: socket.AttachReusePortProgram(program)", null, false,
            [BpfAttachType.SkReuseportSelect, BpfAttachType.SkReuseportSelectOrMigrate]),
        new(BpfProgramType.CgroupSockopt, Attachment.Cgroup, "a cgroup", Ebpf.Capability.NetAdmin, true,
            [BpfAttachType.CgroupGetSocketOption, BpfAttachType.CgroupSetSocketOption]),
        new(BpfProgramType.SkLookup, Attachment.NetworkNamespace, "a network namespace: SkLookupLink.Attach", null, true, [BpfAttachType.SkLookup]),
    ];

    /// <summary>What it takes to load it.</summary>
    public Requirement Requirement => new(KernelVersions.OfProgramType((int)Type), Capability);

    /// <summary>The event, where there is only one.</summary>
    public BpfAttachType? OnlyAttachType => AttachTypes is [var only] ? only : null;

    /// <summary>Whether this library has a name for a type, and so a way to attach its programs.</summary>
    public static bool IsSupported(BpfProgramType type) => Rows.Any(row => row.Type == type);

    /// <summary>The row of a type; of one that this library has no name for, a row that says so.</summary>
    public static ProgramKind Of(BpfProgramType type) => Rows.FirstOrDefault(row => row.Type == type) ?? new(type, Attachment.Unknown, "", null, false, []);

    /// <summary>The kind of program that runs at an event; null for an event that this library has no name for.</summary>
    public static ProgramKind? At(BpfAttachType attachType) => Rows.FirstOrDefault(row => row.AttachTypes.Contains(attachType));

    /// <summary>The end of a sentence: <c>it attaches to a cgroup with CgroupIngress or CgroupEgress</c>.</summary>
    public string Describe() => Attachment switch
    {
        Attachment.Unknown => "this library does not know where it attaches",
        Attachment.Cgroup => $"it attaches to {Attaching} with {string.Join(", ", AttachTypes[..^1])}{(AttachTypes.Length > 1 ? " or " : "")}{AttachTypes[^1]}",
        _ => $"it attaches to {Attaching}",
    };
}
