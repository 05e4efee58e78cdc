using Ebpf.Programs;
using Ebpf.SystemCalls;

namespace Ebpf.Links;

/// <summary>
/// Attaches programs to cgroups without a link. Such a program stays attached after its process ends, until it is detached or the cgroup is removed. Use this
/// class if the program must outlive its process; otherwise use <see cref="CgroupLink"/>, which leaves nothing behind.
/// </summary>
public static class CgroupAttachment
{
    /// <summary>
    /// Attaches a program to a cgroup and its descendants. Programs that are already attached stay attached and also run
    /// (<see cref="CgroupAttachFlags.AllowMultiple"/>). Needs CAP_NET_ADMIN. Linux 4.15.
    /// </summary>
    /// <param name="program">A program of a type for cgroups. It may be disposed after the call.</param>
    /// <param name="cgroupPath">The cgroup's folder in the hierarchy of version 2.</param>
    /// <param name="attachType">The event at which the program runs.</param>
    /// <exception cref="ArgumentException">The program's type or expected attach type does not match.</exception>
    /// <exception cref="BpfException">The folder is not a cgroup of version 2, or the kernel refused.</exception>
    /// <exception cref="ObjectDisposedException">The program was disposed.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static void Attach(BpfProgram program, string cgroupPath, BpfAttachType attachType)
    {
        ArgumentNullException.ThrowIfNull(program);
        CgroupFolder.ThrowIfNotFor(program, attachType);
        LinkCreation.ThrowIfUnfit(program, attachType);
        string attempt = $"Attaching {program.Describe()} to the cgroup {cgroupPath} ({attachType})";
        Errno error = Call(program, cgroupPath, attachType, attempt, static (ref Bpf.ProgramAttachAttributes attributes) =>
        {
            attributes.AttachFlags = (uint)CgroupAttachFlags.AllowMultiple;
            return Bpf.ProgramAttach(ref attributes);
        });
        if (error != Errno.None)
        {
            string? reason = error == Errno.EINVAL
                ? "it is attached there already, was loaded for another event, or this kernel does not know that event"
                : CgroupFolder.ReasonOf(error);
            throw new BpfException(BpfCommand.ProgramAttach, error, attempt, reason);
        }
    }

    /// <summary>Detaches a program that was attached without a link. Needs CAP_NET_ADMIN. Linux 4.15.</summary>
    /// <param name="program">The program; another descriptor of it works as well.</param>
    /// <param name="cgroupPath">The cgroup's folder.</param>
    /// <param name="attachType">The event at which the program runs.</param>
    /// <exception cref="BpfException">The kernel refused: ENOENT if the program is not attached there, or is attached by a link.</exception>
    /// <exception cref="ObjectDisposedException">The program was disposed.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static void Detach(BpfProgram program, string cgroupPath, BpfAttachType attachType)
    {
        ArgumentNullException.ThrowIfNull(program);
        string attempt = $"Detaching {program.Describe()} from the cgroup {cgroupPath} ({attachType})";
        Errno error = Call(program, cgroupPath, attachType, attempt, Bpf.ProgramDetach);
        if (error != Errno.None)
        {
            string? reason = error == Errno.ENOENT ? "it is not attached there, or is attached by a link" : null;
            throw new BpfException(BpfCommand.ProgramDetach, error, attempt, reason);
        }
    }

    private delegate Errno Operation(ref Bpf.ProgramAttachAttributes attributes);

    private static Errno Call(BpfProgram program, string cgroupPath, BpfAttachType attachType, string attempt, Operation operation)
    {
        using FileDescriptor folder = CgroupFolder.Open(cgroupPath, attempt);
        using DescriptorLease target = new(folder);
        using DescriptorLease attached = new(program.Descriptor);
        Bpf.ProgramAttachAttributes attributes = new()
        {
            TargetDescriptor = (uint)target.Number,
            ProgramDescriptor = (uint)attached.Number,
            AttachType = (uint)attachType,
        };
        return operation(ref attributes);
    }
}
