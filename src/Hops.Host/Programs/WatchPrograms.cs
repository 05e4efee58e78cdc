using Ebpf.Instructions;
using Ebpf.Links;
using Ebpf.Programs;

namespace Hops.Host.Programs;

/// <summary>The programs of a watch, attached to a cgroup: while this lives, they run.</summary>
internal sealed class WatchPrograms : IDisposable
{
    // bpf_probe_read_kernel takes a licence that is compatible with the GPL.
    private const string License = "Dual MIT/GPL";

    /// <summary>The name of the program that each watch has, by which the kernel's tools show it.</summary>
    public const string EstablishedName = "hops_watch";

    private readonly List<IDisposable> _open = [];

    private WatchPrograms()
    {
    }

    /// <summary>Loads and attaches.</summary>
    /// <param name="maps">With a place to hand over, or without.</param>
    /// <param name="wanted">Which connections.</param>
    /// <param name="layout">What is known of this kernel's structures, for programs that may read them; null for others.</param>
    /// <param name="withCommands">Whether to tell commands.</param>
    /// <param name="cgroup">The folder.</param>
    /// <exception cref="Ebpf.BpfException">The kernel refused; nothing stays attached.</exception>
    public static WatchPrograms Attach(WatchMaps maps, WatchedKinds wanted, KernelLayout? layout, bool withCommands, string cgroup)
    {
        WatchPrograms programs = new();
        ProcessFields? commands = withCommands ? layout?.ProcessFields : null;
        try
        {
            // Who reads comes after who writes: what is established first has nobody's note, which is unknown.
            if (wanted.Outgoing && !EstablishedProgram.NotesProcess(wanted, layout))
            {
                BpfCode note = ConnectSlots.AssembleNote(maps);
                programs.AttachPair(note, BpfAttachType.CgroupConnect4, note, BpfAttachType.CgroupConnect6, "hops_connect", cgroup);
            }

            if (wanted.Accepted)
            {
                programs.AttachPair(
                    BindProgram.Assemble(maps, isIpv6: false, commands),
                    BpfAttachType.CgroupPostBind4,
                    BindProgram.Assemble(maps, isIpv6: true, commands),
                    BpfAttachType.CgroupPostBind6,
                    "hops_bind",
                    cgroup);
            }

            if (maps.HandOver is not null)
            {
                BpfCode ingress = HandOver.Assemble(maps, wanted);
                programs.Attach(programs.Load(BpfProgramType.CgroupSkb, ingress, "hops_ingress", null), cgroup, BpfAttachType.CgroupIngress);
            }

            BpfCode established = EstablishedProgram.Assemble(maps, wanted, layout, withCommands);
            programs.Attach(programs.Load(BpfProgramType.SockOps, established, EstablishedName, null), cgroup, null);
            // After that: what it does not know of is from before.
            if (wanted.Existing || wanted.Drift)
            {
                BpfCode later = LaterPackets.Assemble(maps, wanted);
                programs.Attach(programs.Load(BpfProgramType.CgroupSkb, later, "hops_later", null), cgroup, BpfAttachType.CgroupIngress);
            }

            return programs;
        }
        catch
        {
            programs.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        // The last attached first: no program reads what another has stopped writing.
        for (int i = _open.Count - 1; i >= 0; i--)
        {
            _open[i].Dispose();
        }

        _open.Clear();
    }

    private void AttachPair(BpfCode ipv4, BpfAttachType at4, BpfCode ipv6, BpfAttachType at6, string name, string cgroup)
    {
        BpfProgramType type = at4 == BpfAttachType.CgroupConnect4 ? BpfProgramType.CgroupSockAddr : BpfProgramType.CgroupSock;
        _open.Add(CgroupLink.AttachPair(Load(type, ipv4, name + '4', at4), Load(type, ipv6, name + '6', at6), cgroup));
    }

    private void Attach(BpfProgram program, string cgroup, BpfAttachType? at) => _open.Add(CgroupLink.Attach(program, cgroup, at));

    private BpfProgram Load(BpfProgramType type, BpfCode code, string name, BpfAttachType? at)
    {
        BpfProgram program = BpfProgram.Load(type, code, new() { Name = name, License = License, ExpectedAttachType = at });
        _open.Add(program);
        return program;
    }
}
