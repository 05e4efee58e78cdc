using Hops.TestSupport;

namespace Hops.Cli.Tests.Guarding;

/// <summary>A hierarchy of control groups that only one command sees: a cgroup of the host's is its root (cgroup_namespaces(7)).</summary>
internal sealed class PrivateCgroups : IDisposable
{
    private readonly TemporaryCgroup _root = TemporaryCgroup.Create();
    private readonly string _before;

    /// <param name="before">Commands of sh that run as root before it, with <c>ROOT</c> for the folder of the hierarchy.</param>
    public PrivateCgroups(string before = "true") => _before = before;

    /// <summary>Its path on the host.</summary>
    public string Path => _root.Path;

    /// <summary>The guards' control groups that are in it.</summary>
    public string[] Guards => !Directory.Exists($"{Path}/hops.guard") ? [] : Directory.GetDirectories($"{Path}/hops.guard");

    /// <summary>The words in front of a command.</summary>
    public IReadOnlyList<string> Through =>
    [
        "sh", "-ec", "echo 0 >\"$0/cgroup.procs\"; exec unshare --cgroup --mount sh -ec \"$@\"", _root.Path,
        $"export ROOT={TemporaryCgroup.Root}; umount $ROOT; mount -t cgroup2 none $ROOT; {_before}; exec \"$@\"", "sh",
    ];

    public void Dispose()
    {
        if (Directory.Exists($"{Path}/hops.guard"))
        {
            foreach (string left in Guards)
            {
                Directory.Delete(left);
            }

            Directory.Delete($"{Path}/hops.guard");
        }

        _root.Dispose();
    }
}
