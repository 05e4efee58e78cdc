using Ebpf.Programs;
using Ebpf.SystemCalls;

namespace Ebpf.Links;

/// <summary>
/// Programs that are attached to a cgroup without a link: they stay until they are detached or the cgroup is removed, however the process that attached them
/// ends. For what must not stop when its process does; else <see cref="CgroupLink"/> is the better choice, which leaves nothing behind.
/// </summary>
public static class CgroupAttachment
{
    /// <summary>
    /// Attaches a program to a cgroup, and with it to all cgroups below. Programs that are there already stay, and run too
    /// (<see cref="CgroupAttachFlags.AllowMultiple"/>). Needs CAP_NET_ADMIN. Linux 4.15.
    /// </summary>
    /// <param name="program">One of a type for cgroups. It may be disposed afterwards.</param>
    /// <param name="cgroupPath">The cgroup's folder in the hierarchy of version 2.</param>
    /// <param name="attachType">At which event it runs.</param>
    /// <exception cref="ArgumentException">The program does not fit.</exception>
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
                ? "it is attached there already, was loaded for another event, or this kernel does not know that one"
                : CgroupFolder.ReasonOf(error);
            throw new BpfException(BpfCommand.ProgramAttach, error, attempt, reason);
        }
    }

    /// <summary>Detaches a program that was attached without a link. Needs CAP_NET_ADMIN. Linux 4.15.</summary>
    /// <param name="program">The program, or another handle on it.</param>
    /// <param name="cgroupPath">The cgroup's folder.</param>
    /// <param name="attachType">At which event it runs.</param>
    /// <exception cref="BpfException">The kernel refused: ENOENT where the program is not attached there, or by a link.</exception>
    /// <exception cref="ObjectDisposedException">The program was disposed.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static void Detach(BpfProgram program, string cgroupPath, BpfAttachType attachType)
    {
        ArgumentNullException.ThrowIfNull(program);
        string attempt = $"Detaching {program.Describe()} from the cgroup {cgroupPath} ({attachType})";
        Errno error = Call(program, cgroupPath, attachType, attempt, Bpf.ProgramDetach);
        if (error != Errno.None)
        {
            throw new BpfException(BpfCommand.ProgramDetach, error, attempt, error == Errno.ENOENT ? "it is not attached there, or by a link" : null);
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
