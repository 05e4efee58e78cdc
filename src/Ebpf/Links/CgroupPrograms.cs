using Ebpf.Programs;
using Ebpf.SystemCalls;

namespace Ebpf.Links;

/// <summary>Represents the programs that are attached to a cgroup for one event.</summary>
/// <param name="ProgramIds">The ids of the programs in the order in which they run, for <see cref="BpfProgram.OpenById"/>.</param>
/// <param name="Flags">How they were attached; <see cref="CgroupAttachFlags.None"/> if the programs of ancestors were requested, too.</param>
public sealed record CgroupPrograms(IReadOnlyList<uint> ProgramIds, CgroupAttachFlags Flags)
{
    // The maximum of a cgroup (BPF_CGROUP_MAX_PROGS), so one call is enough unless the programs of ancestors are included.
    private const int UsualRoom = 64;

    /// <summary>Gets the programs that are attached to a cgroup. Needs CAP_NET_ADMIN. Linux 4.15.</summary>
    /// <param name="cgroupPath">The cgroup's folder in the hierarchy of version 2.</param>
    /// <param name="attachType">The event.</param>
    /// <param name="effective">True to include the programs of ancestors, which also run for this cgroup.</param>
    /// <exception cref="ArgumentException">The path is empty, or the event is not for cgroups.</exception>
    /// <exception cref="BpfException">The folder is not a cgroup of version 2, or the kernel refused.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static CgroupPrograms Query(string cgroupPath, BpfAttachType attachType, bool effective = false)
    {
        if (ProgramKind.At(attachType)?.Attachment is { } attachment and not Attachment.Cgroup)
        {
            throw new ArgumentException($"{attachType} is not an event of cgroups: {ProgramKind.At(attachType)!.Describe()}.", nameof(attachType));
        }

        string attempt = $"Asking for the programs of the cgroup {cgroupPath} ({attachType})";
        using FileDescriptor folder = CgroupFolder.Open(cgroupPath, attempt);
        uint[] ids = new uint[UsualRoom];
        for (; ; )
        {
            Errno error = Fetch(folder, attachType, effective, ids, out int count, out CgroupAttachFlags flags);
            if (error == Errno.ENOSPC)
            {
                ids = new uint[Math.Max(count, ids.Length * 2)];
                continue;
            }

            return error switch
            {
                Errno.None => new CgroupPrograms(ids[..count], effective ? CgroupAttachFlags.None : flags),
                Errno.EINVAL => throw new BpfException(BpfCommand.ProgramQuery, error, attempt, "this kernel does not know that event"),
                _ => throw new BpfException(BpfCommand.ProgramQuery, error, attempt),
            };
        }
    }

    private static unsafe Errno Fetch(FileDescriptor folder, BpfAttachType attachType, bool effective, uint[] ids, out int count, out CgroupAttachFlags flags)
    {
        using DescriptorLease lease = new(folder);
        fixed (uint* pointer = ids)
        {
            Bpf.ProgramQueryAttributes attributes = new()
            {
                TargetDescriptor = (uint)lease.Number,
                AttachType = (uint)attachType,
                QueryFlags = effective ? Bpf.ProgramQueryAttributes.Effective : 0,
                ProgramIds = (ulong)pointer,
                ProgramCount = (uint)ids.Length,
            };
            Errno error = Bpf.ProgramQuery(ref attributes);
            count = (int)attributes.ProgramCount;
            flags = (CgroupAttachFlags)attributes.AttachFlags;
            return error;
        }
    }
}
