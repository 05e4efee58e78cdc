using Ebpf.Links;
using Ebpf.Programs;
using Hops.TestSupport;

namespace KernelChecks.Kinds;

/// <summary>A cgroup of a check's own, in the hierarchy of version 2.</summary>
internal sealed class Cgroup : IDisposable
{
    private static readonly string Root = Mounts.OfType("cgroup2").FirstOrDefault()
        ?? throw new InvalidOperationException("The cgroup hierarchy of version 2 is mounted nowhere.");

    private static int _count;

    public Cgroup()
    {
        Path = $"{Root}/kernel-checks-{Environment.ProcessId}-{++_count}";
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    /// <summary>Attaches a program for as long as some code runs with this process in the cgroup, and sees to it that nothing remains attached.</summary>
    public void With(BpfProgram program, Action code, BpfAttachType? attachType = null)
    {
        BpfAttachType at;
        using (BpfLink link = CgroupLink.Attach(program, Path, attachType))
        {
            at = link.AttachType!.Value;
            Claim.Equal(1, CgroupPrograms.Query(Path, at).ProgramIds.Count, $"programs at {at}");
            Within(code);
        }

        ClaimEmpty(at);
    }

    /// <summary>Moves this process into the cgroup: sockets that it makes belong there, also afterwards.</summary>
    public void Within(Action code)
    {
        string before = File.ReadLines("/proc/self/cgroup").First(static line => line.StartsWith("0::", StringComparison.Ordinal))[3..];
        // Writing 0 moves the writer (cgroups(7)).
        File.WriteAllText($"{Path}/cgroup.procs", "0");
        try
        {
            code();
        }
        finally
        {
            File.WriteAllText($"{Root}{before}/cgroup.procs", "0");
        }
    }

    public void ClaimEmpty(BpfAttachType attachType) =>
        Claim.Equal(0, CgroupPrograms.Query(Path, attachType).ProgramIds.Count, $"programs at {attachType} after detaching");

    public void Dispose() => Directory.Delete(Path);
}
