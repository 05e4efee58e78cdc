namespace Ebpf.Kernel;

/// <summary>Turns a refused <c>bpf(2)</c> call into an exception that says what to do now.</summary>
internal static class Refusal
{
    /// <param name="command">The command, as <c>linux/bpf.h</c> names it: <c>BPF_MAP_CREATE</c>.</param>
    /// <param name="errno">What the kernel answered.</param>
    /// <param name="attempt">What was tried, as the subject of a sentence: <c>Creating the map 'slots'</c>.</param>
    /// <param name="needed">The capabilities that the command asks for; none given: CAP_BPF.</param>
    public static BpfException Explain(string command, Errno errno, string attempt, params ReadOnlySpan<Capability> needed)
    {
        string advice = errno switch
        {
            Errno.EPERM => ExplainNotPermitted(attempt, needed.IsEmpty ? [Capability.Bpf] : needed),
            Errno.ENOSYS => $"{attempt} failed: this kernel was built without bpf(2), or a sandbox hides it",
            Errno.EAGAIN => $"{attempt} failed: signals kept interrupting the verifier; try again",
            Errno.EMFILE => $"{attempt} failed: this process has no file descriptor left; close some, or raise 'ulimit -n'",
            Errno.ENFILE => $"{attempt} failed: this system has no file descriptor left (fs.file-max)",
            Errno.ENOMEM => $"{attempt} failed: the kernel, or this process's memory cgroup, is out of memory",
            _ => $"{attempt} failed",
        };
        return new BpfException($"bpf({command})", errno, advice);
    }

    private static string ExplainNotPermitted(string attempt, ReadOnlySpan<Capability> needed)
    {
        ProcessStatus status = ProcessStatus.Read();
        List<string> missing = [];
        foreach (Capability capability in needed)
        {
            if (!status.Has(capability) && !missing.Contains(NameOf(capability)))
            {
                missing.Add(NameOf(capability));
            }
        }

        if (missing.Count > 0)
        {
            return $"{attempt} needs CAP_{string.Join(" and CAP_", missing)}: run as root, or give the process {(missing.Count == 1 ? "that capability" : "those capabilities")} "
                + $"(systemd: AmbientCapabilities=CAP_{string.Join(" CAP_", missing)}; containers: --cap-add {string.Join(" --cap-add ", missing)})";
        }

        if (!status.IsInInitialUserNamespace)
        {
            return $"{attempt} was refused: this process has its capabilities in a user namespace (a rootless container?), where they do not count for eBPF; run it outside";
        }

        if (MemoryLock.Limits(Environment.OSVersion.Version))
        {
            return $"{attempt} was refused: before Linux 5.11 eBPF memory counts against RLIMIT_MEMLOCK, which may not be raised here; "
                + "use 'ulimit -l unlimited' (systemd: LimitMEMLOCK=infinity) or give the process CAP_SYS_RESOURCE";
        }

        return status.HasSeccompFilter
            ? $"{attempt} was refused although this process has the capability: its seccomp profile does not allow bpf(2)"
            : $"{attempt} was refused although this process has the capability: a security module or kernel lockdown forbids it";
    }

    // Before Linux 5.8 there was no CAP_BPF (commit a17b53c4a4b5).
    private static string NameOf(Capability capability) => capability switch
    {
        Capability.NetAdmin => "NET_ADMIN",
        Capability.Bpf when Environment.OSVersion.Version >= new Version(5, 8) => "BPF",
        _ => "SYS_ADMIN",
    };
}
