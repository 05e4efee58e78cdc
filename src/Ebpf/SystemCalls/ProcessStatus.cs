using System.Globalization;

namespace Ebpf.SystemCalls;

/// <summary>
/// What <c>/proc</c> says of this thread's rights: read only to explain a refusal, never to predict one.
/// Linux checks the rights of the calling thread (capabilities(7)).
/// </summary>
internal sealed class ProcessStatus
{
    private readonly ulong _effective;

    internal ProcessStatus(ulong effective, bool seccomp, bool initialUserNamespace, bool known = true)
    {
        IsKnown = known;
        _effective = effective;
        HasSeccompFilter = seccomp;
        IsInInitialUserNamespace = initialUserNamespace;
    }

    /// <summary>Stands where nobody needs to know.</summary>
    public static ProcessStatus Unread { get; } = new(0, seccomp: false, initialUserNamespace: true, known: false);

    /// <summary>Whether <c>/proc</c> said anything: without it no right shows.</summary>
    public bool IsKnown { get; }

    public bool MayUseBpf => Has(Capability.Bpf) || Has(Capability.SysAdmin);

    public bool HasSeccompFilter { get; }

    public bool IsInInitialUserNamespace { get; }

    public bool Has(Capability capability) => (_effective & (1UL << (int)capability)) != 0;

    public static ProcessStatus Read()
    {
        ulong effective = 0;
        bool known = false;
        bool seccomp = false;
        foreach (string line in ReadLines("/proc/thread-self/status"))
        {
            if (line.StartsWith("CapEff:", StringComparison.Ordinal))
            {
                known = ulong.TryParse(line.AsSpan("CapEff:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out effective);
            }
            else if (line.StartsWith("Seccomp:", StringComparison.Ordinal))
            {
                seccomp = line.AsSpan("Seccomp:".Length).Trim() is "2";
            }
        }

        // The initial user namespace maps all 2^32 - 1 ids to themselves (user_namespaces(7)).
        string[] map = [.. ReadLines("/proc/self/uid_map")];
        bool initial = map is [var only] && only.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["0", "0", "4294967295"];
        return new ProcessStatus(effective, seccomp, initial, known);
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
