using Ebpf.SystemCalls;
using Hops.Common.Processes;

namespace Ebpf.Explanation;

/// <summary>A refused <c>bpf(2)</c> call: the facts at that moment, and the sentence that they make.</summary>
/// <param name="Command">What was asked.</param>
/// <param name="Errno">What the kernel answered.</param>
/// <param name="Attempt">What was tried, as the subject of a sentence: <c>Creating the map 'slots'</c>.</param>
/// <param name="Needed">What it takes besides the command.</param>
/// <param name="Kernel">The kernel that answered.</param>
/// <param name="Status">What the calling thread might do.</param>
internal sealed record Refusal(BpfCommand Command, Errno Errno, string Attempt, Requirement Needed, Version Kernel, ProcessStatus Status)
{
    private static readonly Version FirstWithCapBpf = new(5, 8);

    // Before, whoever has no CAP_BPF is refused every command while kernel.unprivileged_bpf_disabled is not 0 (commit c8644cd0efe7).
    private static readonly Version FirstWithUnprivilegedUse = new(5, 19);

    private readonly CommandRight _right = CommandFacts.Of(Command).Right;

    /// <summary>A refusal by this kernel of this thread.</summary>
    public static Refusal Now(BpfCommand command, Errno errno, string attempt, Requirement needed) =>
        new(command, errno, attempt, needed, Environment.OSVersion.Version, errno == Errno.EPERM ? ProcessStatus.Read() : ProcessStatus.Unread);

    /// <summary>The kernel that has first what this one lacks, where that explains the refusal.</summary>
    // What a kernel does not know yet is EINVAL, or E2BIG where it is an attribute beyond those that it knows.
    public Version? MissingSince =>
        Errno is Errno.EINVAL or Errno.E2BIG && Requirement.Later(CommandFacts.Of(Command).Since, Needed.Since) is { } since && since > Kernel ? since : null;

    /// <summary>Whether this kernel's age may be why it refused.</summary>
    public static bool IsTooOld(BpfCommand command, Errno errno, Requirement needed) => Now(command, errno, "", needed).MissingSince is not null;

    /// <returns><c>needs Linux 5.8, and this is 5.4</c></returns>
    public static string TooOld(Version since, Version kernel) => $"needs Linux {since.ToString(2)}, and this is {kernel.ToString(2)}";

    /// <returns>The sentence, without its full stop.</returns>
    public override string ToString()
    {
        if (MissingSince is { } since)
        {
            return $"{Attempt} failed: it {TooOld(since, Kernel)}";
        }

        return Errno switch
        {
            Errno.EPERM => DescribeNotPermitted(),
            Errno.ENOSYS => $"{Attempt} failed: this kernel was built without bpf(2), or a sandbox hides it",
            Errno.EAGAIN => $"{Attempt} failed: signals kept interrupting the verifier; try again",
            Errno.EMFILE => $"{Attempt} failed: this process has no file descriptor left; close some, or raise 'ulimit -n'",
            Errno.ENFILE => $"{Attempt} failed: this system has no file descriptor left (fs.file-max)",
            Errno.ENOMEM => $"{Attempt} failed: the kernel, or this process's memory cgroup, is out of memory",
            _ => $"{Attempt} failed",
        };
    }

    private string DescribeNotPermitted()
    {
        if (_right == CommandRight.Entries && !Status.HasSeccompFilter && (Status.MayUseBpf || Kernel >= FirstWithUnprivilegedUse))
        {
            return $"{Attempt} was refused: the map is frozen, or was opened without the right to do that";
        }

        Capability[] missing = [.. NeededCapabilities().Where(capability => !Suffices(capability))];
        if (missing.Length > 0)
        {
            string names = string.Join(" and ", missing.Select(CapabilityNames.Of));
            string forSystemd = string.Join(' ', missing.Select(CapabilityNames.Of));
            string forContainers = string.Join(' ', missing.Select(static capability => $"--cap-add {CapabilityNames.WithoutPrefix(capability)}"));
            return $"{Attempt} needs {names}: run as root, or give the process {(missing.Length == 1 ? "that capability" : "those capabilities")} "
                + $"(systemd: AmbientCapabilities={forSystemd}; containers: {forContainers})";
        }

        if (!Status.IsInInitialUserNamespace)
        {
            return $"{Attempt} was refused: this process has its capabilities in a user namespace (a rootless container?), "
                + "where they do not count for eBPF; run it outside";
        }

        if (MemoryLock.Limits(Kernel))
        {
            return $"{Attempt} was refused: before Linux 5.11 eBPF memory counts against RLIMIT_MEMLOCK, which may not be raised here; "
                + "use 'ulimit -l unlimited' (systemd: LimitMEMLOCK=infinity) or give the process CAP_SYS_RESOURCE";
        }

        return Status.HasSeccompFilter
            ? $"{Attempt} was refused although this process has the capability: its seccomp profile does not allow bpf(2)"
            : $"{Attempt} was refused although this process has the capability: a security module or kernel lockdown forbids it";
    }

    private Capability[] NeededCapabilities()
    {
        Capability bpf = Kernel >= FirstWithCapBpf ? Capability.Bpf : Capability.SysAdmin;
        return _right switch
        {
            CommandRight.Host => [Capability.SysAdmin],
            CommandRight.Attach => Kernel >= FirstWithUnprivilegedUse ? [Capability.NetAdmin] : [bpf, Capability.NetAdmin],
            // Before Linux 5.8 loading took CAP_SYS_ADMIN, and nothing else.
            _ => Needed.Capability is { } other && Kernel >= FirstWithCapBpf ? [bpf, other] : [bpf],
        };
    }

    private bool Suffices(Capability capability) =>
        Status.Has(capability) || (Status.Has(Capability.SysAdmin) && !(capability == Capability.NetAdmin && _right == CommandRight.Attach));
}
