using Ebpf.Features;
using Ebpf.Instructions;
using Ebpf.Links;
using Ebpf.Programs;
using Hops.Guard;
using Hops.Guard.Policy;

namespace Hops.Host.Programs.Guarding;

/// <summary>Loads and attaches the programs of a guard. They stay attached to their cgroup until it is removed.</summary>
internal static class GuardPrograms
{
    // bpf_get_current_comm needs a licence that is compatible with the GPL.
    private const string License = "Dual MIT/GPL";

    /// <summary>Loads and attaches the programs.</summary>
    /// <param name="maps">The maps that they read and write.</param>
    /// <param name="policy">The policy that they enforce.</param>
    /// <param name="judgesIncoming">Whether to judge clients of listeners, too.</param>
    /// <param name="cgroup">The folder of a cgroup, without processes, so that none connects before.</param>
    /// <exception cref="Ebpf.BpfException">The kernel refused. Programs that were attached before the error stay attached.</exception>
    public static void Attach(GuardMaps maps, GuardPolicy policy, bool judgesIncoming, string cgroup)
    {
        bool choosesError = policy.Mode == HopGuardMode.Enforce
            && BpfFeatures.Probe(Helper.SetReturnValue, BpfProgramType.CgroupSockAddr).Support == BpfSupport.Yes;
        Attach(BpfProgramType.CgroupSkb, IngressGuard.Assemble(maps, policy), BpfAttachType.CgroupIngress, "hops_guard_in");
        Attach(BpfProgramType.CgroupSkb, EgressGuard.Assemble(maps, policy), BpfAttachType.CgroupEgress, "hops_guard_out");
        if (judgesIncoming)
        {
            Attach(BpfProgramType.CgroupSkb, IncomingGuard.Assemble(maps, policy), BpfAttachType.CgroupIngress, "hops_guard_acc");
        }

        AttachNamed(BpfAttachType.CgroupConnect4, isIpv6: false, isConnect: true, "hops_guard_c4");
        AttachNamed(BpfAttachType.CgroupConnect6, isIpv6: true, isConnect: true, "hops_guard_c6");
        AttachNamed(BpfAttachType.CgroupSendMessage4, isIpv6: false, isConnect: false, "hops_guard_s4");
        AttachNamed(BpfAttachType.CgroupSendMessage6, isIpv6: true, isConnect: false, "hops_guard_s6");
        Attach(BpfProgramType.CgroupSock, SocketGuard.Assemble(maps, policy.Mode), BpfAttachType.CgroupSocketCreate, "hops_guard_new");

        void AttachNamed(BpfAttachType at, bool isIpv6, bool isConnect, string name) => Attach(
            BpfProgramType.CgroupSockAddr, NamedAddressGuard.Assemble(maps, policy, isIpv6, isConnect, choosesError), at, name);

        void Attach(BpfProgramType type, BpfCode code, BpfAttachType at, string name)
        {
            using BpfProgram program = BpfProgram.Load(type, code, new() { Name = name, License = License, ExpectedAttachType = at });
            CgroupAttachment.Attach(program, cgroup, at);
        }
    }
}
