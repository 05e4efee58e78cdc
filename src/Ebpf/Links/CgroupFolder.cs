using Ebpf.Programs;
using Ebpf.SystemCalls;
using Hops.Common.Interop;
using Hops.Common.Processes;

namespace Ebpf.Links;

/// <summary>Folders of the cgroup hierarchy, version 2, to which programs attach. See cgroups(7).</summary>
internal static class CgroupFolder
{
    /// <summary>Opens a cgroup's folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="attempt">The purpose, as the subject of a sentence.</param>
    /// <exception cref="BpfException">It cannot be opened, or is not a cgroup of version 2.</exception>
    public static FileDescriptor Open(string path, string attempt)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Bpf.ThrowIfUnsupported();
        if (!Directory.Exists(path))
        {
            throw new BpfException("open", Errno.ENOENT, $"{attempt} failed: there is no folder {path}");
        }

        FileDescriptor folder = new();
        int number = LibC.Open(path, LibC.OpenReadOnly | LibC.OpenNonBlocking | LibC.OpenCloseOnExec);
        if (number < 0)
        {
            Errno error = LibC.LastError;
            throw new BpfException("open", error, $"{attempt} failed: {path} cannot be opened{(error == Errno.EACCES ? "; this user may not read it" : "")}");
        }

        folder.Own(number);
        if (IsVersion2(path))
        {
            return folder;
        }

        folder.Dispose();
        // The error that the kernel would return.
        throw new BpfException("bpf", Errno.EBADF, $"{attempt} failed: {path} is {DescribeOther(path)}");
    }

    /// <exception cref="ArgumentException">The program or the event is not for cgroups.</exception>
    public static void ThrowIfNotFor(BpfProgram program, BpfAttachType? attachType)
    {
        ProgramKind kind = ProgramKind.Of(program.Type);
        if (kind.Attachment is not (Attachment.Cgroup or Attachment.Unknown)
            || (attachType is { } asked && ProgramKind.At(asked)?.Attachment is not (Attachment.Cgroup or null)))
        {
            throw new ArgumentException($"This program or this event is not for cgroups. This is {program.Describe()}; {kind.Describe()}.", nameof(program));
        }
    }

    /// <summary>Returns the reason why the kernel did not attach a program to a folder, if the error shows it.</summary>
    public static string? ReasonOf(Errno error) => error switch
    {
        Errno.EBADF or Errno.ENOENT => "it is not a cgroup of version 2, or was removed",
        Errno.EPERM when MayAttach => "this cgroup or an ancestor has a program that was attached without a link and does not allow others",
        Errno.E2BIG => "64 programs are attached there already, which is the maximum",
        _ => null,
    };

    private static bool MayAttach =>
        ProcessStatus.Read() is var status && status.Has(Capability.NetAdmin) && status is { IsInInitialUserNamespace: true, HasSeccompFilter: false };

    // Every cgroup of version 2 has this file, including the root; cgroups of version 1 do not (cgroups(7)).
    private static bool IsVersion2(string path) => File.Exists(Path.Combine(path, "cgroup.controllers"));

    private static string DescribeOther(string path)
    {
        string hint = MountPoint() is { } mount ? $"that hierarchy is mounted at {mount} here" : "'mount -t cgroup2 none FOLDER' mounts that hierarchy";
        return File.Exists(Path.Combine(path, "cgroup.procs"))
            ? $"a cgroup of version 1, and programs attach to version 2; {hint}"
            : $"not a cgroup; it must be a folder of the hierarchy of version 2; {hint}";
    }

    private static string? MountPoint()
    {
        try
        {
            // proc_pid_mountinfo(5): the fifth field is the mount point, and the type follows " - ".
            return File.ReadLines("/proc/self/mountinfo")
                .Where(static line => line.Contains(" - cgroup2 ", StringComparison.Ordinal))
                .Select(static line => line.Split(' ')[4])
                .FirstOrDefault();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
