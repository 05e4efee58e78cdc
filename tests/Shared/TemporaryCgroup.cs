using System.Diagnostics;

namespace Hops.TestSupport;

/// <summary>A cgroup of a test's own, in the hierarchy of version 2. Programs attached to it see only what is started in it.</summary>
internal sealed class TemporaryCgroup : IDisposable
{
    // The process's number is in the name, so that runs at the same time do not take each other's for left behind.
    private static readonly string Prefix = $"ebpf-test-{Environment.ProcessId}-";
    private static int _count;

    private TemporaryCgroup(string path) => Path = path;

    public string Path { get; }

    public static string Root
    {
        get
        {
            string? root = Mounts.OfType("cgroup2").FirstOrDefault();
            Assert.SkipWhen(root is null, "needs the cgroup hierarchy of version 2: mount -t cgroup2 none FOLDER");
            return root!;
        }
    }

    /// <summary>Those of this process that were not removed.</summary>
    public static IEnumerable<string> LeftBehind() =>
        Mounts.OfType("cgroup2").SelectMany(static root => Directory.GetDirectories(root, Prefix + "*", SearchOption.AllDirectories));

    /// <param name="parent">The cgroup above; the root unless given.</param>
    /// <param name="suffix">How its name ends, such as that of a unit.</param>
    public static TemporaryCgroup Create(TemporaryCgroup? parent = null, string suffix = "")
    {
        string path = System.IO.Path.Combine(parent?.Path ?? Root, $"{Prefix}{Interlocked.Increment(ref _count)}{suffix}");
        Directory.CreateDirectory(path);
        return new TemporaryCgroup(path);
    }

    /// <summary>Runs a script of bash in the cgroup, to its end.</summary>
    /// <returns>What it wrote to standard output and standard error, without blanks around.</returns>
    public string Run(string script)
    {
        using Process process = Start(script);
        return OutputOf(process);
    }

    /// <summary>Waits for a process to end.</summary>
    /// <returns>What it wrote, without blanks around.</returns>
    public static string OutputOf(Process process)
    {
        // Disposing the process does not close its output.
        using StreamReader output = process.StandardOutput;
        string text = output.ReadToEnd();
        process.WaitForExit();
        return text.Trim();
    }

    /// <summary>Moves this process into the cgroup: sockets that it makes belong there, also afterwards.</summary>
    /// <param name="code">What it does there.</param>
    public void Within(Action code)
    {
        string before = File.ReadLines("/proc/self/cgroup").First(static line => line.StartsWith("0::", StringComparison.Ordinal))[3..];
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

    /// <summary>Starts a script of bash in the cgroup. Its output is for <see cref="OutputOf"/>, standard error included.</summary>
    public Process Start(string script)
    {
        string bash = Requires.Program("bash", "bash");
        // Writing 0 moves the writer: the shell is in the cgroup before it does anything else (cgroups(7)).
        return Process.Start(new ProcessStartInfo(bash, ["-c", $"echo 0 >{Path}/cgroup.procs && exec 2>&1\n{script}"]) { RedirectStandardOutput = true })!;
    }

    public void Dispose()
    {
        // A process that has just ended is in its cgroup for a moment yet.
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                Directory.Delete(Path);
                return;
            }
            catch (IOException) when (attempt < 100 && Directory.Exists(Path))
            {
                Thread.Sleep(20);
            }
        }
    }
}
