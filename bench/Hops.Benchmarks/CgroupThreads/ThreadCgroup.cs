namespace Hops.Benchmarks.CgroupThreads;

/// <summary>
/// A control group for single threads of this process (cgroups(7), "threaded"). A socket belongs to the group of the thread that made it, so attached programs
/// run only for these sockets. All such groups are below one that this process moves to, and leaves at the end.
/// </summary>
internal sealed class ThreadCgroup
{
    private readonly string _parent;

    private ThreadCgroup(string parent, int number) => (_parent, Folder) = (parent, Path.Combine(parent, $"{number}"));

    /// <summary>Where it is.</summary>
    public string Folder { get; }

    /// <summary>Has the calling thread join it.</summary>
    public void Join() => Join(Folder);

    /// <summary>Runs code of the calling thread, which has joined it, outside.</summary>
    public void Outside(Action code)
    {
        Join(_parent);
        try
        {
            code();
        }
        finally
        {
            Join();
        }
    }

    /// <summary>Makes groups for the time that something takes. Its threads must have ended by then.</summary>
    /// <exception cref="PlatformNotSupportedException">There is no hierarchy of version 2.</exception>
    public static T With<T>(int count, Func<IReadOnlyList<ThreadCgroup>, T> use)
    {
        string root = File.ReadLines("/proc/self/mounts").Select(static line => line.Split(' ')).FirstOrDefault(static fields => fields[2] == "cgroup2")?[1]
            ?? throw new PlatformNotSupportedException("No hierarchy of control groups of version 2 is mounted.");
        string own = root + File.ReadLines("/proc/self/cgroup").First(static line => line.StartsWith("0::/", StringComparison.Ordinal))["0::".Length..];
        string parent = Path.Combine(root, $"hops-benchmark-{Environment.ProcessId}");
        ThreadCgroup[] all = [.. Enumerable.Range(0, count).Select(number => new ThreadCgroup(parent, number))];
        List<string> folders = [parent, .. all.Select(static cgroup => cgroup.Folder)];
        try
        {
            folders.ForEach(static folder => Directory.CreateDirectory(folder));
            Move(parent);
            foreach (string folder in folders.Skip(1))
            {
                File.WriteAllText(Path.Combine(folder, "cgroup.type"), "threaded");
            }

            return use(all);
        }
        finally
        {
            Move(own);
            folders.Reverse();
            folders.Where(Directory.Exists).ToList().ForEach(Directory.Delete);
        }

        static void Move(string folder) => File.WriteAllText(Path.Combine(folder, "cgroup.procs"), "0");
    }

    private static void Join(string folder) => File.WriteAllText(Path.Combine(folder, "cgroup.threads"), "0");
}
