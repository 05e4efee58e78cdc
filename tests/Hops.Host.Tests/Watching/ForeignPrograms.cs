using Ebpf.Instructions;
using Ebpf.Notation;
using Ebpf.Programs;
using Hops.TestSupport;

namespace Hops.Host.Tests.Watching;

/// <summary>
/// Programs of another product at all events that a watch attaches to, attached without links, as products older than those do. They let everything pass.
/// They stay until the cgroup is removed.
/// </summary>
internal static class ForeignPrograms
{
    private static readonly (BpfProgramType Type, BpfAttachType At, string Name)[] Events =
    [
        (BpfProgramType.CgroupSockAddr, BpfAttachType.CgroupConnect4, "cgroup_inet4_connect"),
        (BpfProgramType.CgroupSockAddr, BpfAttachType.CgroupConnect6, "cgroup_inet6_connect"),
        (BpfProgramType.CgroupSock, BpfAttachType.CgroupPostBind4, "cgroup_inet4_post_bind"),
        (BpfProgramType.CgroupSock, BpfAttachType.CgroupPostBind6, "cgroup_inet6_post_bind"),
        (BpfProgramType.SockOps, BpfAttachType.CgroupSockOps, "cgroup_sock_ops"),
        (BpfProgramType.CgroupSkb, BpfAttachType.CgroupIngress, "cgroup_inet_ingress"),
    ];

    /// <summary>The events.</summary>
    public static IEnumerable<BpfAttachType> Places => Events.Select(static one => one.At);

    /// <summary>Has bpftool attach them.</summary>
    /// <param name="cgroup">Where.</param>
    /// <param name="flag"><c>override</c>, <c>multi</c>, or nothing: then they tolerate no others.</param>
    public static void Attach(TemporaryCgroup cgroup, string flag)
    {
        string bpftool = Requires.Program("bpftool", "bpftool");
        BpfCode pass = Assembler.Parse("r0 = 1\nexit");
        foreach ((BpfProgramType type, BpfAttachType at, string name) in Events)
        {
            BpfAttachType? expected = type is BpfProgramType.SockOps or BpfProgramType.CgroupSkb ? null : at;
            using BpfProgram program = BpfProgram.Load(type, pass, new() { Name = "foreign", License = "MIT", ExpectedAttachType = expected });
            string[] words = ["cgroup", "attach", cgroup.Path, name, "id", $"{program.GetInfo().Id}"];
            Command.Run(bpftool, flag.Length == 0 ? words : [.. words, flag]);
        }
    }
}
