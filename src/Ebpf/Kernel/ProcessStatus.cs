using System.Globalization;

namespace Ebpf.Kernel;

/// <summary>
/// What <c>/proc</c> says of this thread's rights: read only to explain a refusal, never to predict one.
/// Linux checks the rights of the calling thread (capabilities(7)).
/// </summary>
internal sealed class ProcessStatus
{
    private readonly ulong _effective;

    private ProcessStatus(ulong effective, bool seccomp, bool initialUserNamespace)
    {
        _effective = effective;
        HasSeccompFilter = seccomp;
        IsInInitialUserNamespace = initialUserNamespace;
    }

    public bool MayUseBpf => Has(Capability.Bpf);

    public bool HasSeccompFilter { get; }

    public bool IsInInitialUserNamespace { get; }

    /// <summary>Whether this thread has a capability, or the one that stands in for it.</summary>
    public bool Has(Capability capability) => (_effective & ((1UL << (int)capability) | (1UL << (int)Capability.SysAdmin))) != 0;

    public static ProcessStatus Read()
    {
        ulong effective = 0;
        bool seccomp = false;
        foreach (string line in ReadLines("/proc/thread-self/status"))
        {
            if (line.StartsWith("CapEff:", StringComparison.Ordinal))
            {
                _ = ulong.TryParse(line.AsSpan("CapEff:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out effective);
            }
            else if (line.StartsWith("Seccomp:", StringComparison.Ordinal))
            {
                seccomp = line.AsSpan("Seccomp:".Length).Trim() is "2";
            }
        }

        // The initial user namespace maps all 2^32 - 1 ids to themselves (user_namespaces(7)).
        string[] map = [.. ReadLines("/proc/self/uid_map")];
        bool initial = map is [var only] && only.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["0", "0", "4294967295"];
        return new ProcessStatus(effective, seccomp, initial);
    }

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
