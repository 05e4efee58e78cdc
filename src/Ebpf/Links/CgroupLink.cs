using Ebpf.Programs;
using Ebpf.SystemCalls;
using Hops.Common.Processes;

namespace Ebpf.Links;

/// <summary>Links of programs to cgroups of version 2: <c>CgroupLink.Attach(program, "/sys/fs/cgroup/my.slice")</c>.</summary>
public static class CgroupLink
{
    /// <summary>
    /// Attaches a program to a cgroup, and with it to all cgroups below. Programs that are there already stay, and run too. Needs CAP_NET_ADMIN. Linux 5.7.
    /// </summary>
    /// <param name="program">
    /// A <see cref="BpfProgramType.CgroupSkb"/>, <see cref="BpfProgramType.CgroupSockAddr"/> or <see cref="BpfProgramType.SockOps"/>.
    /// It may be disposed afterwards.
    /// </param>
    /// <param name="cgroupPath">The cgroup's folder in the hierarchy of version 2, usually under <c>/sys/fs/cgroup</c>.</param>
    /// <param name="attachType">
    /// At which event it runs. May be left out where the program was loaded with it (<see cref="BpfProgram.ExpectedAttachType"/>), or its type has only one.
    /// </param>
    /// <exception cref="ArgumentException">The program does not fit, or the attach type is missing.</exception>
    /// <exception cref="BpfException">The folder is not a cgroup of version 2, or the kernel refused.</exception>
    /// <exception cref="ObjectDisposedException">The program was disposed.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfLink Attach(BpfProgram program, string cgroupPath, BpfAttachType? attachType = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        ProgramKind kind = ProgramKind.Of(program.Type);
        if (kind.Attachment is Attachment.Socket or Attachment.Interface
            || (attachType is { } asked && ProgramKind.At(asked)?.Attachment == Attachment.Interface))
        {
            throw new ArgumentException(
                $"A cgroup takes no XDP programs and no socket filters. This is {program.Describe()}; {kind.Describe()}.", nameof(program));
        }

        BpfAttachType type = attachType ?? program.ExpectedAttachType ?? (kind.AttachTypes is [var only] ? only : (BpfAttachType?)null)
            ?? throw new ArgumentException($"Say where. This is {program.Describe()}; {kind.Describe()}.", nameof(attachType));
        LinkCreation.ThrowIfUnfit(program, type);

        string attempt = $"Attaching {program.Describe()} to the cgroup {cgroupPath} ({type})";
        using FileDescriptor folder = CgroupFolder.Open(cgroupPath, attempt);
        using DescriptorLease target = new(folder);
        Errno error = LinkCreation.Create(program, (uint)target.Number, type, 0, out FileDescriptor link);
        string? reason = error switch
        {
            Errno.EINVAL => "the program was loaded for another event, or this kernel does not know that one",
            Errno.EBADF or Errno.ENOENT => "it is not a cgroup of version 2, or was removed",
            Errno.EPERM when MayAttach => "a cgroup above has a program that was attached without a link and does not let those below have their own",
            Errno.E2BIG => "64 programs are attached there already, which is as many as there may be",
            _ => null,
        };
        return LinkCreation.Finish(error, link, BpfLinkType.Cgroup, type, attempt, reason);
    }

    internal static BpfLinkInfo Complete(BpfLinkInfo common, in Bpf.LinkInfo info) =>
        common with { AttachType = (BpfAttachType)info.CgroupAttachType, CgroupId = info.CgroupId };

    private static bool MayAttach =>
        ProcessStatus.Read() is var status && status.Has(Capability.NetAdmin) && status is { IsInInitialUserNamespace: true, HasSeccompFilter: false };
}
