using Ebpf.Instructions;
using Ebpf.Links;
using Ebpf.Programs;

namespace Hops.Host.Programs;

/// <summary>The programs of a watch, attached to a cgroup: while this lives, they run.</summary>
internal sealed class WatchPrograms : IDisposable
{
    // bpf_probe_read_kernel takes a licence that is compatible with the GPL.
    private const string License = "Dual MIT/GPL";

    private readonly List<IDisposable> _open = [];

    private WatchPrograms()
    {
    }

    /// <summary>Loads and attaches.</summary>
    /// <param name="maps">With a place to hand over, or without.</param>
    /// <param name="wanted">Which connections.</param>
    /// <param name="withCommand">Whether the kernel tells commands: takes CAP_PERFMON.</param>
    /// <param name="cgroup">The folder.</param>
    /// <exception cref="Ebpf.BpfException">The kernel refused; nothing stays attached.</exception>
    public static WatchPrograms Attach(WatchMaps maps, WatchedKinds wanted, bool withCommand, string cgroup)
    {
        WatchPrograms programs = new();
        try
        {
            // Who reads comes after who writes: what is established first has nobody's note, which is unknown.
            if (wanted.Outgoing)
            {
                BpfCode note = ConnectSlots.AssembleNote(maps, withCommand);
                programs.AttachPair(note, BpfAttachType.CgroupConnect4, note, BpfAttachType.CgroupConnect6, "hops_connect", cgroup);
            }

            if (wanted.Accepted)
            {
                programs.AttachPair(
                    BindProgram.Assemble(maps, isIpv6: false, withCommand),
                    BpfAttachType.CgroupPostBind4,
                    BindProgram.Assemble(maps, isIpv6: true, withCommand),
                    BpfAttachType.CgroupPostBind6,
                    "hops_bind",
                    cgroup);
            }

            SocketCgroup? offsets = null;
            if (maps.HandOver is null)
            {
                offsets = wanted.Accepted ? SocketCgroup.OfKernel() : null;
            }
            else
            {
                programs.Attach(programs.Load(BpfProgramType.CgroupSkb, HandOver.Assemble(maps, wanted), "hops_ingress", null), cgroup, BpfAttachType.CgroupIngress);
            }

            programs.Attach(programs.Load(BpfProgramType.SockOps, EstablishedProgram.Assemble(maps, wanted, offsets), "hops_watch", null), cgroup, null);
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
