namespace Hops.TestSupport;

/// <summary>What is mounted, from <c>/proc/self/mountinfo</c> (proc_pid_mountinfo(5)).</summary>
internal static class Mounts
{
    /// <summary>Where file systems of a type are mounted.</summary>
    public static IEnumerable<string> OfType(string type) => File.ReadAllLines("/proc/self/mountinfo")
        .Where(line => line.Contains($" - {type} ", StringComparison.Ordinal))
        .Select(static line => line.Split(' ')[4]);
}
