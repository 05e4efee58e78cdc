using System.Globalization;
using System.Runtime.InteropServices;
using Ebpf.Features;
using Hops.Sharing;

namespace Hops.Diagnosis;

/// <summary>What <c>/proc</c> and the environment tell of this process and its machine. Facts explain a refusal; they never predict one.</summary>
internal sealed class ProcessFacts
{
    private const int SeccompFilter = 2;

    // linux/capability.h, where it is a right that has to do with eBPF.
    private static readonly (int Bit, string Name)[] Capabilities =
        [(12, "CAP_NET_ADMIN"), (21, "CAP_SYS_ADMIN"), (24, "CAP_SYS_RESOURCE"), (38, "CAP_PERFMON"), (39, "CAP_BPF")];

    private readonly Dictionary<string, string> _status = Fields("/proc/thread-self/status");
    private readonly string[] _containerSigns = [.. FindContainerSigns()];

    /// <summary>Whether this process has CAP_BPF, or what stands in for it.</summary>
    public bool HasCapBpf => (Effective & ((1UL << 39) | (1UL << 21))) != 0;

    public bool HasSeccompFilter => StatusOf("Seccomp") == $"{SeccompFilter}";

    public bool IsInInitialUserNamespace { get; } = UserNamespace.IsInitial;

    /// <summary>Whether there are signs of a container. Signs only: some are left in images that are not run as one.</summary>
    public bool IsInContainer => _containerSigns.Length > 0;

    public bool IsInKubernetes { get; } = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is not null;

    private ulong Effective => ulong.TryParse(StatusOf("CapEff"), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong bits) ? bits : 0;

    /// <summary>All of it, for a person who is asked for help.</summary>
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
        yield return new("user", StatusOf("Uid")?.Split('\t') is [_, var effective, ..] ? effective : "unknown");
        yield return new("groups", StatusOf("Gid")?.Split('\t') is [_, var group, ..]
            ? string.Join(' ', new[] { group }.Concat(Words(StatusOf("Groups"))).Distinct())
            : "unknown");
        ulong capabilities = Effective;
        string[] names = [.. Capabilities.Where(c => (capabilities & (1UL << c.Bit)) != 0).Select(static c => c.Name)];
        yield return new("capabilities", names.Length == 0 ? "none for eBPF" : string.Join(' ', names));
        yield return new("userNamespace", IsInInitialUserNamespace ? "the initial one" : "one of its own: capabilities do not count for eBPF");
        yield return new("seccomp", StatusOf("Seccomp") switch { "0" => "none", "2" => "a filter", var other => other ?? "unknown" });
        yield return new("noNewPrivileges", StatusOf("NoNewPrivs") switch { "0" => "no", "1" => "yes", _ => "unknown" });
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

    private string? StatusOf(string name) => _status.GetValueOrDefault(name);
}
