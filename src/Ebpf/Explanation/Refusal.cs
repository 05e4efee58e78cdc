using Ebpf.SystemCalls;
using Hops.Common.Processes;

namespace Ebpf.Explanation;

/// <summary>A refused <c>bpf(2)</c> call: the facts at that moment, and the sentence that explains them.</summary>
/// <param name="Command">The command.</param>
/// <param name="Errno">The error that the kernel returned.</param>
/// <param name="Attempt">The operation that was tried, as the subject of a sentence: <c>Creating the map 'slots'</c>.</param>
/// <param name="Needed">The requirements besides those of the command.</param>
/// <param name="Kernel">The version of the kernel.</param>
/// <param name="Status">The capabilities of the calling thread.</param>
internal sealed record Refusal(BpfCommand Command, Errno Errno, string Attempt, Requirement Needed, Version Kernel, ProcessStatus Status)
{
    private static readonly Version FirstWithCapBpf = new(5, 8);

    // Before 5.19, every command needs CAP_BPF while kernel.unprivileged_bpf_disabled is not 0 (commit c8644cd0efe7).
    private static readonly Version FirstWithUnprivilegedUse = new(5, 19);

    private readonly CommandRight _right = CommandFacts.Of(Command).Right;

    /// <summary>Returns a refusal of this thread by this kernel.</summary>
    public static Refusal Now(BpfCommand command, Errno errno, string attempt, Requirement needed) =>
        new(command, errno, attempt, needed, Environment.OSVersion.Version, errno == Errno.EPERM ? ProcessStatus.Read() : ProcessStatus.Unread);

    /// <summary>Gets the first kernel version with the missing feature, if that explains the refusal.</summary>
    // An unknown feature is EINVAL, or E2BIG if it is an attribute beyond those that the kernel knows.
    public Version? MissingSince =>
        Errno is Errno.EINVAL or Errno.E2BIG && Requirement.Later(CommandFacts.Of(Command).Since, Needed.Since) is { } since && since > Kernel ? since : null;

    /// <summary>Returns whether the kernel's version may be the reason of the refusal.</summary>
    public static bool IsTooOld(BpfCommand command, Errno errno, Requirement needed) => Now(command, errno, "", needed).MissingSince is not null;

    /// <returns><c>needs Linux 5.8, and this is 5.4</c></returns>
    public static string TooOld(Version since, Version kernel) => $"needs Linux {since.ToString(2)}, and this is {kernel.ToString(2)}";

    /// <returns>The sentence without its full stop.</returns>
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
            Errno.EMFILE => $"{Attempt} failed: this process has no free file descriptor; close some, or raise 'ulimit -n'",
            Errno.ENFILE => $"{Attempt} failed: this system has no free file descriptor (fs.file-max)",
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
            // Before Linux 5.8 loading needs CAP_SYS_ADMIN, and nothing else.
            _ => Needed.Capability is { } other && Kernel >= FirstWithCapBpf ? [bpf, other] : [bpf],
        };
    }

    private bool Suffices(Capability capability) =>
        Status.Has(capability) || (Status.Has(Capability.SysAdmin) && !(capability == Capability.NetAdmin && _right == CommandRight.Attach));
}
