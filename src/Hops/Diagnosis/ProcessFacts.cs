using System.Runtime.InteropServices;
using Ebpf;
using Ebpf.Features;
using Hops.Common.Processes;

namespace Hops.Diagnosis;

/// <summary>Collects facts about this process and its machine from <c>/proc</c> and the environment. Facts explain a refusal; they never predict one.</summary>
internal sealed class ProcessFacts
{
    // The rights that have to do with eBPF, and CAP_SYS_RESOURCE (linux/capability.h).
    private static readonly (int Bit, string Name)[] Capabilities =
    [
        ((int)Capability.NetAdmin, "CAP_NET_ADMIN"), ((int)Capability.SysAdmin, "CAP_SYS_ADMIN"), (24, "CAP_SYS_RESOURCE"),
        ((int)Capability.PerfMon, "CAP_PERFMON"), ((int)Capability.Bpf, "CAP_BPF"),
    ];

    private readonly ProcessStatus _status = ProcessStatus.Read();
    private readonly string[] _containerSigns = [.. FindContainerSigns()];

    /// <summary>Whether this process has CAP_BPF, or what stands in for it.</summary>
    public bool HasCapBpf => _status.MayUseBpf;

    public bool HasSeccompFilter => _status.HasSeccompFilter;

    public bool IsInInitialUserNamespace => _status.IsInInitialUserNamespace;

    /// <summary>Whether there are signs of a container. Signs only: some are left in images that are not run as one.</summary>
    public bool IsInContainer => _containerSigns.Length > 0;

    public bool IsInKubernetes { get; } = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is not null;

    /// <summary>Returns all facts, for people who help with a problem.</summary>
    public IEnumerable<HopFact> ToList()
    {
        yield return new("system", Fields("/etc/os-release", '=').GetValueOrDefault("PRETTY_NAME")?.Trim('"') ?? RuntimeInformation.OSDescription);
        yield return new("kernel", Read("/proc/sys/kernel/osrelease") ?? Environment.OSVersion.VersionString);
        yield return new("architecture", RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant());
        yield return new("runtime", $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}");
        yield return new("program", Environment.ProcessPath ?? "unknown");
        if (!OperatingSystem.IsLinux())
        {
            yield break;
        }

        // Real, effective, saved, file system: the second decides.
        yield return new("user", _status["Uid"]?.Split('\t') is [_, var effective, ..] ? effective : "unknown");
        yield return new("groups", _status["Gid"]?.Split('\t') is [_, var group, ..]
            ? string.Join(' ', new[] { group }.Concat(Words(_status["Groups"])).Distinct())
            : "unknown");
        ulong capabilities = _status.Effective;
        string[] names = [.. Capabilities.Where(c => (capabilities & (1UL << c.Bit)) != 0).Select(static c => c.Name)];
        yield return new("capabilities", names.Length == 0 ? "none for eBPF" : string.Join(' ', names));
        yield return new("userNamespace", IsInInitialUserNamespace ? "the initial one" : "one of its own: capabilities do not count for eBPF");
        yield return new("seccomp", _status["Seccomp"] switch { "0" => "none", "2" => "a filter", var other => other ?? "unknown" });
        yield return new("noNewPrivileges", _status["NoNewPrivs"] switch { "0" => "no", "1" => "yes", _ => "unknown" });
        yield return new("unprivilegedBpf", BpfFeatures.Probe(BpfSetting.UnprivilegedUse).Reason);
        yield return new("securityModules", Read("/sys/kernel/security/lsm") ?? "cannot be read");
        yield return new("lockdown", Read("/sys/kernel/security/lockdown") ?? "cannot be read");
        yield return new("lockedMemory", Limit("Max locked memory"));
        yield return new("openFiles", Limit("Max open files"));
        yield return new("container", IsInContainer ? string.Join(", ", _containerSigns) : "no sign of one");
    }

    private static IEnumerable<string> FindContainerSigns()
    {
        if (Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is not null)
        {
            yield return "Kubernetes (KUBERNETES_SERVICE_HOST is set)";
        }

        // What Docker, Podman and systemd put there.
        foreach (string path in (string[])["/.dockerenv", "/run/.containerenv", "/run/systemd/container"])
        {
            if (File.Exists(path))
            {
                yield return $"{path} exists";
            }
        }

        if (Environment.GetEnvironmentVariable("container") is { Length: > 0 } name)
        {
            yield return $"container={name}";
        }
    }

    private static string Limit(string name) =>
        Read("/proc/self/limits")?.Split('\n').FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
        && Words(line[name.Length..]) is [var soft, var hard, ..]
            ? $"{soft}, at most {hard}"
            : "cannot be read";

    private static string[] Words(string? text) => (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static Dictionary<string, string> Fields(string path, char separator = ':') => (Read(path) ?? "").Split('\n')
        .Select(line => line.Split(separator, 2))
        .Where(static parts => parts.Length == 2)
        .GroupBy(static parts => parts[0])
        .ToDictionary(static group => group.Key, static group => group.First()[1].Trim());

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
