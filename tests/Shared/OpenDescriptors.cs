using System.Diagnostics;

namespace Hops.TestSupport;

/// <summary>
/// Fails a test that leaves file descriptors behind, or cgroups, or file systems with pins: <c>using OpenDescriptors _ = OpenDescriptors.MustNotGrow();</c>
/// </summary>
/// <remarks>So no link stays behind either: what keeps one is a descriptor or a pin, and a pin is in a file system.</remarks>
internal sealed class OpenDescriptors : IDisposable
{
    private readonly Dictionary<string, int> _before;

    static OpenDescriptors()
    {
        // Descriptors that the runtime opens once, with the first process whose output it reads.
        using Process first = Process.Start(new ProcessStartInfo("true") { RedirectStandardOutput = true })!;
        using StreamReader output = first.StandardOutput;
        output.ReadToEnd();
        first.WaitForExit();
    }

    private OpenDescriptors(Dictionary<string, int> before) => _before = before;

    public static OpenDescriptors MustNotGrow()
    {
        Settle();
        return new OpenDescriptors(Count());
    }

    public void Dispose()
    {
        string[] left = [.. TemporaryCgroup.LeftBehind(), .. BpfFileSystem.LeftBehind()];
        Assert.True(left.Length == 0, $"Left behind: {string.Join(", ", left)}");

        // Descriptors that sockets close on other threads may take a moment.
        List<string> more = [];
        for (int attempt = 0; attempt < 50; attempt++)
        {
            more = [.. Count().Where(now => now.Value > _before.GetValueOrDefault(now.Key)).Select(static now => $"{now.Key} ({now.Value})")];
            if (more.Count == 0)
            {
                return;
            }

            Thread.Sleep(20);
        }

        Assert.Fail($"Descriptors left open: {string.Join(", ", more)}");
    }

    /// <summary>How many descriptors of each kind are open, without collecting garbage: nothing may rely on finalizers.</summary>
    private static Dictionary<string, int> Count() => Directory.GetFileSystemEntries("/proc/self/fd")
        .Select(static link => new FileInfo(link).LinkTarget ?? "")
        // The listing's own is gone when it is looked at.
        .Where(static target => target.Length > 0)
        // The runtime's own: code, and symbols for the stack trace of a test that failed.
        .Where(static target => !target.EndsWith(".dll", StringComparison.Ordinal) && !target.EndsWith(".pdb", StringComparison.Ordinal))
        .Select(static target => target.Split(':')[0] is var kind && kind.StartsWith('/')
            ? "file"
            : kind + (kind == "anon_inode" ? target["anon_inode".Length..] : ""))
        .GroupBy(static kind => kind)
        .ToDictionary(static kind => kind.Key, static kind => kind.Count());

    private static void Settle()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
