using Ebpf.Features;

namespace Ebpf.Kernel;

/// <summary>Turns a refused <c>bpf(2)</c> call into an exception that says what to do now.</summary>
internal static class Refusal
{
    private static readonly Version FirstWithCapBpf = new(5, 8);

    // Before, whoever has no CAP_BPF is refused every command while kernel.unprivileged_bpf_disabled is not 0 (commit c8644cd0efe7).
    private static readonly Version FirstWithUnprivilegedUse = new(5, 19);

    /// <param name="command">The command, as <c>linux/bpf.h</c> names it: <c>BPF_MAP_CREATE</c>.</param>
    /// <param name="errno">What the kernel answered.</param>
    /// <param name="attempt">What was tried, as the subject of a sentence: <c>Creating the map 'slots'</c>.</param>
    /// <param name="needed">What it takes besides the command: <c>KernelFeature.Of(type)</c>.</param>
    public static BpfException Explain(string command, Errno errno, string attempt, KernelFeature needed = default) =>
        new($"bpf({command})", errno, Describe(command, errno, attempt, needed));

    /// <returns>The sentence alone, without its full stop.</returns>
    public static string Describe(string command, Errno errno, string attempt, KernelFeature needed) =>
        Describe(command, errno, attempt, needed, Environment.OSVersion.Version, ProcessStatus.Read);

    /// <param name="command">The command.</param>
    /// <param name="errno">What the kernel answered.</param>
    /// <param name="attempt">What was tried.</param>
    /// <param name="needed">What it takes besides the command.</param>
    /// <param name="kernel">The kernel that answered.</param>
    /// <param name="readStatus">What the calling thread may; asked only where it matters.</param>
    internal static string Describe(string command, Errno errno, string attempt, KernelFeature needed, Version kernel, Func<ProcessStatus> readStatus)
    {
        if (FirstKernelWith(command, errno, needed, kernel) is { } since)
        {
            return $"{attempt} failed: it {TooOld(since, kernel)}";
        }

        return errno switch
        {
            Errno.EPERM => DescribeNotPermitted(command, attempt, needed, kernel, readStatus()),
            Errno.ENOSYS => $"{attempt} failed: this kernel was built without bpf(2), or a sandbox hides it",
            Errno.EAGAIN => $"{attempt} failed: signals kept interrupting the verifier; try again",
            Errno.EMFILE => $"{attempt} failed: this process has no file descriptor left; close some, or raise 'ulimit -n'",
            Errno.ENFILE => $"{attempt} failed: this system has no file descriptor left (fs.file-max)",
            Errno.ENOMEM => $"{attempt} failed: the kernel, or this process's memory cgroup, is out of memory",
            _ => $"{attempt} failed",
        };
    }

    /// <summary>Whether the kernel's age may be why it refused: then <see cref="Explain"/> says so.</summary>
    public static bool IsTooOld(string command, Errno errno, KernelFeature needed) => FirstKernelWith(command, errno, needed, Environment.OSVersion.Version) is not null;

    // What a kernel does not know yet is EINVAL, or E2BIG where it is an attribute beyond those that it knows.
    private static Version? FirstKernelWith(string command, Errno errno, KernelFeature needed, Version kernel) =>
        errno is Errno.EINVAL or Errno.E2BIG && KernelFeature.Later(KernelVersions.OfCommand(command), needed.Since) is { } since && since > kernel ? since : null;

    /// <returns><c>needs Linux 5.8, and this is 5.4</c></returns>
    internal static string TooOld(Version since, Version kernel) => $"needs Linux {since.ToString(2)}, and this is {kernel.ToString(2)}";

    private static string DescribeNotPermitted(string command, string attempt, KernelFeature needed, Version kernel, ProcessStatus status)
    {
        if (TouchesEntries(command) && !status.HasSeccompFilter && (status.MayUseBpf || kernel >= FirstWithUnprivilegedUse))
        {
            return $"{attempt} was refused: the map is frozen, or was opened without the right to do that";
        }

        Capability[] missing = [.. Needed(command, needed.Capability, kernel).Where(capability => !Suffices(status, capability, command))];
        if (missing.Length > 0)
        {
            string names = string.Join(" and ", missing.Select(CapabilityNames.Of));
            string forSystemd = string.Join(' ', missing.Select(CapabilityNames.Of));
            string forContainers = string.Join(' ', missing.Select(static capability => $"--cap-add {CapabilityNames.WithoutPrefix(capability)}"));
            return $"{attempt} needs {names}: run as root, or give the process {(missing.Length == 1 ? "that capability" : "those capabilities")} "
                + $"(systemd: AmbientCapabilities={forSystemd}; containers: {forContainers})";
        }

        if (!status.IsInInitialUserNamespace)
        {
            return $"{attempt} was refused: this process has its capabilities in a user namespace (a rootless container?), where they do not count for eBPF; run it outside";
        }

        if (MemoryLock.Limits(kernel))
        {
            return $"{attempt} was refused: before Linux 5.11 eBPF memory counts against RLIMIT_MEMLOCK, which may not be raised here; "
                + "use 'ulimit -l unlimited' (systemd: LimitMEMLOCK=infinity) or give the process CAP_SYS_RESOURCE";
        }

        return status.HasSeccompFilter
            ? $"{attempt} was refused although this process has the capability: its seccomp profile does not allow bpf(2)"
            : $"{attempt} was refused although this process has the capability: a security module or kernel lockdown forbids it";
    }

    private static IEnumerable<Capability> Needed(string command, Capability? besides, Version kernel)
    {
        Capability bpf = kernel >= FirstWithCapBpf ? Capability.Bpf : Capability.SysAdmin;
        return command switch
        {
            // CAP_BPF is not enough: whoever may open any object of the host may change it.
            _ when command.EndsWith("_BY_ID", StringComparison.Ordinal) || command.EndsWith("_NEXT_ID", StringComparison.Ordinal) => [Capability.SysAdmin],
            "BPF_ENABLE_STATS" => [Capability.SysAdmin],
            _ when Attaches(command) => kernel >= FirstWithUnprivilegedUse ? [Capability.NetAdmin] : [bpf, Capability.NetAdmin],
            // Before Linux 5.8 loading took CAP_SYS_ADMIN, and nothing else.
            _ => besides is { } other && kernel >= FirstWithCapBpf ? [bpf, other] : [bpf],
        };
    }

    private static bool Suffices(ProcessStatus status, Capability capability, string command) =>
        status.Has(capability) || (status.Has(Capability.SysAdmin) && !(capability == Capability.NetAdmin && Attaches(command)));

    private static bool Attaches(string command) => command is "BPF_LINK_CREATE" or "BPF_PROG_ATTACH" or "BPF_PROG_DETACH" or "BPF_PROG_QUERY";

    private static bool TouchesEntries(string command) =>
        command.StartsWith("BPF_MAP_", StringComparison.Ordinal)
        && (command.EndsWith("_ELEM", StringComparison.Ordinal) || command.EndsWith("_BATCH", StringComparison.Ordinal) || command is "BPF_MAP_GET_NEXT_KEY" or "BPF_MAP_FREEZE");
}
