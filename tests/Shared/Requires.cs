namespace Hops.TestSupport;

/// <summary>Skips a test, with the reason, where what it tests cannot run. On the build machine a skip is a failure.</summary>
internal static class Requires
{
    public static void Linux() => Assert.SkipUnless(OperatingSystem.IsLinux(), "needs Linux");

    /// <summary>Root: for eBPF, network namespaces and raw sockets.</summary>
    public static void Root()
    {
        Linux();
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: run ./test.sh with sudo");
    }

    /// <returns>Where the program is.</returns>
    public static string Program(string package, params string[] names)
    {
        Linux();
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        string? found = names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        Assert.SkipWhen(found is null, $"needs '{names[0]}': apt-get install {package}");
        return found!;
    }
}
