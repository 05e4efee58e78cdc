using System.Collections.Immutable;
using Ebpf.SystemCalls;

namespace Ebpf.Programs;

/// <summary>The facts about a type of program: a row of the table. A new type needs a row here and, if it attaches in a new way, a class of links.</summary>
/// <param name="Type">The type.</param>
/// <param name="Attachment">The kind of object that it attaches to.</param>
/// <param name="Attaching">The object that it attaches to and the method that attaches it, as the object of "it attaches to".</param>
/// <param name="Capability">
/// The capability that loading needs besides CAP_BPF (<c>is_net_admin_prog_type</c>, <c>is_perfmon_prog_type</c> in kernel/bpf/syscall.c).
/// </param>
/// <param name="SaysWhere">True if the kernel requires the expected attach type when the program is loaded.</param>
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

    /// <summary>The requirements for loading it.</summary>
    public Requirement Requirement => new(KernelVersions.OfProgramType((int)Type), Capability);

    /// <summary>The event, if there is only one.</summary>
    public BpfAttachType? OnlyAttachType => AttachTypes is [var only] ? only : null;

    /// <summary>Returns whether this library supports a type: it has a name for it and can attach its programs.</summary>
    public static bool IsSupported(BpfProgramType type) => Rows.Any(row => row.Type == type);

    /// <summary>Returns the row of a type; for a type without a name in this library, a row with <see cref="Attachment.Unknown"/>.</summary>
    public static ProgramKind Of(BpfProgramType type) => Rows.FirstOrDefault(row => row.Type == type) ?? new(type, Attachment.Unknown, "", null, false, []);

    /// <summary>Returns the kind of program that runs at an event; null for an event without a name in this library.</summary>
    public static ProgramKind? At(BpfAttachType attachType) => Rows.FirstOrDefault(row => row.AttachTypes.Contains(attachType));

    /// <summary>Returns the end of a sentence: <c>it attaches to a cgroup with CgroupIngress or CgroupEgress</c>.</summary>
    public string Describe() => Attachment switch
    {
        Attachment.Unknown => "this library does not know where it attaches",
        Attachment.Cgroup => $"it attaches to {Attaching} with {string.Join(", ", AttachTypes[..^1])}{(AttachTypes.Length > 1 ? " or " : "")}{AttachTypes[^1]}",
        _ => $"it attaches to {Attaching}",
    };
}
