namespace Ebpf.Programs;

/// <summary>Which attach type fits which program type.</summary>
internal static class AttachTypes
{
    /// <summary>The program type that attaches there, or null for one that this library does not know.</summary>
    public static BpfProgramType? ProgramTypeOf(BpfAttachType attachType) => attachType switch
    {
        BpfAttachType.CgroupIngress or BpfAttachType.CgroupEgress => BpfProgramType.CgroupSkb,
        BpfAttachType.CgroupSockOps => BpfProgramType.SockOps,
        BpfAttachType.Xdp => BpfProgramType.Xdp,
        _ => Enum.IsDefined(attachType) ? BpfProgramType.CgroupSockAddr : null,
    };

    /// <summary>All attach types of a program type: none of those that attach to sockets.</summary>
    public static BpfAttachType[] Of(BpfProgramType type) => [.. Enum.GetValues<BpfAttachType>().Where(a => ProgramTypeOf(a) == type)];

    /// <summary>The end of a sentence: <c>it attaches with CgroupIngress or CgroupEgress</c>.</summary>
    public static string Describe(BpfProgramType type) => type switch
    {
        BpfProgramType.SocketFilter => "it attaches to a socket: filter.AttachTo(socket)",
        BpfProgramType.Xdp => "it attaches to a network interface: BpfLink.AttachToInterface",
        _ when Of(type) is { Length: > 0 } fitting => $"it attaches to a cgroup with {string.Join(", ", fitting[..^1])}{(fitting.Length > 1 ? " or " : "")}{fitting[^1]}",
        _ => "this library does not know where it attaches",
    };
}
