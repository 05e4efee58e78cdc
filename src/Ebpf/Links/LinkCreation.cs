using Ebpf.Features;
using Ebpf.Kernel;
using Ebpf.Programs;

namespace Ebpf.Links;

/// <summary><c>BPF_LINK_CREATE</c>, and why the kernel says no to it.</summary>
internal static class LinkCreation
{
    public static BpfLink ToCgroup(BpfProgram program, string path, BpfAttachType? attachType)
    {
        if (attachType == BpfAttachType.Xdp || program.Type is BpfProgramType.Xdp or BpfProgramType.SocketFilter)
        {
            throw new ArgumentException($"A cgroup takes no XDP programs and no socket filters. This is {program.Describe()}; {AttachTypes.Describe(program.Type)}.", nameof(program));
        }

        BpfAttachType type = attachType ?? program.ExpectedAttachType ?? OnlyAttachTypeOf(program.Type)
            ?? throw new ArgumentException($"Say where. This is {program.Describe()}; {AttachTypes.Describe(program.Type)}.", nameof(attachType));
        ThrowIfUnfit(program, type);

        string attempt = $"Attaching {program.Describe()} to the cgroup {path} ({type})";
        using FileDescriptor folder = Cgroups.Open(path, attempt);
        using DescriptorLease target = new(folder);
        Errno error = Create(program, (uint)target.Number, type, 0, out FileDescriptor link);
        string? reason = error switch
        {
            Errno.EINVAL => "the program was loaded for another event, or this kernel does not know that one",
            Errno.EBADF or Errno.ENOENT => "it is not a cgroup of version 2, or was removed",
            Errno.EPERM when MayAttach => "a cgroup above has a program that was attached without a link and does not let those below have their own",
            Errno.E2BIG => "64 programs are attached there already, which is as many as there may be",
            _ => null,
        };
        return Finish(error, link, BpfLinkType.Cgroup, type, attempt, reason);
    }

    public static BpfLink ToInterface(BpfProgram program, int index, string name, XdpMode mode)
    {
        if (program.Type != BpfProgramType.Xdp)
        {
            throw new ArgumentException($"A network interface takes programs of type {BpfProgramType.Xdp}. This is {program.Describe()}; {AttachTypes.Describe(program.Type)}.", nameof(program));
        }

        string attempt = $"Attaching {program.Describe()} to {name}{(mode == XdpMode.Automatic ? "" : $" in mode {mode}")}";
        Errno error = Create(program, (uint)index, BpfAttachType.Xdp, (uint)mode, out FileDescriptor link);
        if (error is Errno.EINVAL or Errno.ENODEV && !NetworkInterfaces.Exists(index))
        {
            throw new BpfException("bpf(BPF_LINK_CREATE)", Errno.ENODEV, $"{attempt} failed: there is no such interface in this network namespace ('ip link' lists them)");
        }

        string? reason = error switch
        {
            Errno.EBUSY => "another XDP program is there; an interface takes one ('ip link show' tells its id, 'ip link set dev NAME xdp off' removes one without a link)",
            Errno.EEXIST => "another XDP program is there in another mode, or on the interface that this one is part of",
            Errno.EOPNOTSUPP => $"the interface's driver cannot; {nameof(XdpMode)}.{nameof(XdpMode.Generic)} works with every interface",
            Errno.EINVAL or Errno.ERANGE => "the interface's driver cannot run it: the MTU may be too large, or the program was loaded for something else",
            _ => null,
        };
        return Finish(error, link, BpfLinkType.Xdp, BpfAttachType.Xdp, attempt, reason);
    }

    /// <exception cref="ArgumentException">The kernel would refuse the program there.</exception>
    public static void ThrowIfUnfit(BpfProgram program, BpfAttachType type)
    {
        BpfProgramType? fitting = AttachTypes.ProgramTypeOf(type);
        if (fitting is { } other && other != program.Type)
        {
            throw new ArgumentException($"{type} takes programs of type {other}. This is {program.Describe()}; {AttachTypes.Describe(program.Type)}.", nameof(program));
        }

        // The kernel lets programs that look at packets change direction; of those that look at addresses each is for one event.
        if (fitting == BpfProgramType.CgroupSockAddr && program.ExpectedAttachType is { } expected && expected != type)
        {
            throw new ArgumentException($"The program was loaded for {expected} and cannot attach with {type}: load another with that {nameof(BpfProgramOptions.ExpectedAttachType)}.", nameof(program));
        }
    }

    private static bool MayAttach => ProcessStatus.Read() is var status && status.Has(Capability.NetAdmin) && status is { IsInInitialUserNamespace: true, HasSeccompFilter: false };

    private static BpfAttachType? OnlyAttachTypeOf(BpfProgramType type) => AttachTypes.Of(type) is [var only] ? only : null;

    private static Errno Create(BpfProgram program, uint target, BpfAttachType type, uint flags, out FileDescriptor link)
    {
        using DescriptorLease lease = new(program.Descriptor);
        Bpf.LinkCreateAttributes attributes = new() { ProgramDescriptor = (uint)lease.Number, Target = target, AttachType = (uint)type, Flags = flags };
        return Bpf.LinkCreate(ref attributes, out link);
    }

    private static BpfLink Finish(Errno error, FileDescriptor link, BpfLinkType type, BpfAttachType attachType, string attempt, string? reason)
    {
        if (error == Errno.None)
        {
            return new BpfLink(link, type, attachType);
        }

        KernelFeature needed = KernelFeature.OfAttachType((int)attachType);
        throw reason is null || Refusal.IsTooOld("BPF_LINK_CREATE", error, needed)
            ? Refusal.Explain("BPF_LINK_CREATE", error, attempt, needed)
            : new BpfException("bpf(BPF_LINK_CREATE)", error, $"{attempt} failed: {reason}");
    }
}
