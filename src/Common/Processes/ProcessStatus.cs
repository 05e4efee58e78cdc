using System.Globalization;
using Ebpf;

namespace Hops.Common.Processes;

/// <summary>
/// The status and rights of this thread in <c>/proc</c>, read only to explain a refusal, never to predict one. Linux checks the rights of the calling thread
/// (capabilities(7)).
/// </summary>
internal sealed class ProcessStatus
{
    private const string SeccompFilter = "2";

    private readonly Dictionary<string, string> _fields;

    internal ProcessStatus(ulong effective, bool seccomp, bool initialUserNamespace, bool known = true)
        : this([], effective, seccomp, initialUserNamespace, known)
    {
    }

    private ProcessStatus(Dictionary<string, string> fields, ulong effective, bool seccomp, bool initialUserNamespace, bool known)
    {
        _fields = fields;
        IsKnown = known;
        Effective = effective;
        HasSeccompFilter = seccomp;
        IsInInitialUserNamespace = initialUserNamespace;
    }

    /// <summary>Gets a placeholder for when the status is not needed.</summary>
    public static ProcessStatus Unread { get; } = new(0, seccomp: false, initialUserNamespace: true, known: false);

    /// <summary>Gets whether <c>/proc</c> could be read; without it no right is known.</summary>
    public bool IsKnown { get; }

    /// <summary>Gets the effective capabilities, one bit each.</summary>
    public ulong Effective { get; }

    public bool MayUseBpf => Has(Capability.Bpf) || Has(Capability.SysAdmin);

    public bool HasSeccompFilter { get; }

    /// <summary>Gets whether this process is in the initial user namespace. In another one neither its user nor its capabilities count for eBPF.</summary>
    public bool IsInInitialUserNamespace { get; }

    public bool Has(Capability capability) => (Effective & (1UL << (int)capability)) != 0;

    /// <summary>Gets a field of <c>/proc/thread-self/status</c> (proc_pid_status(5)): <c>Groups</c>.</summary>
    public string? this[string field] => _fields.GetValueOrDefault(field);

    public static ProcessStatus Read()
    {
        Dictionary<string, string> fields = ReadLines("/proc/thread-self/status")
            .Select(static line => line.Split(':', 2))
            .Where(static parts => parts.Length == 2)
            .GroupBy(static parts => parts[0])
            .ToDictionary(static group => group.Key, static group => group.First()[1].Trim());
        bool known = ulong.TryParse(fields.GetValueOrDefault("CapEff"), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong effective);
        return new ProcessStatus(fields, effective, fields.GetValueOrDefault("Seccomp") == SeccompFilter, ReadIsInInitialUserNamespace(), known);
    }

    /// <summary>
    /// Returns whether this is the initial user namespace, which maps all 2^32 - 1 ids to themselves (user_namespaces(7)). False also if the map cannot be
    /// read.
    /// </summary>
    public static bool ReadIsInInitialUserNamespace() =>
        !OperatingSystem.IsLinux()
        || (ReadLines("/proc/self/uid_map") is [var only] && only.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["0", "0", "4294967295"]);

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
