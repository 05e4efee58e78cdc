using Ebpf.Instructions;
using Ebpf.Links;
using Ebpf.Programs;

namespace Hops.Host.Programs;

/// <summary>Represents the programs of a watch, attached to a cgroup until this is disposed.</summary>
internal sealed class WatchPrograms : IDisposable
{
    // bpf_probe_read_kernel needs a licence that is compatible with the GPL.
    private const string License = "Dual MIT/GPL";

    /// <summary>The name of the program that every watch has, as bpftool shows it.</summary>
    public const string EstablishedName = "hops_watch";

    private readonly List<IDisposable> _open = [];

    private WatchPrograms()
    {
    }

    /// <summary>Loads and attaches the programs.</summary>
    /// <param name="maps">The maps, with or without a place to hand over TTLs.</param>
    /// <param name="wanted">The connections to report.</param>
    /// <param name="layout">The offsets of this kernel's structures, for programs that may read them; null for others.</param>
    /// <param name="withCommands">Whether to report commands.</param>
    /// <param name="cgroup">The folder of the cgroup.</param>
    /// <exception cref="Ebpf.BpfException">The kernel refused; nothing stays attached.</exception>
    public static WatchPrograms Attach(WatchMaps maps, WatchedKinds wanted, KernelLayout? layout, bool withCommands, string cgroup)
    {
        WatchPrograms programs = new();
        ProcessFields? commands = withCommands ? layout?.ProcessFields : null;
        try
        {
            // Programs that read notes are attached after those that write them: the first connections may have no note, which is unknown.
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
            // After the programs above: a connection without an entry is from before the watch.
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
        // In reverse order, so that no program reads notes that are not written any more.
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
