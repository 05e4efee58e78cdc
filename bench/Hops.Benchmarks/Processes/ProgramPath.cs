namespace Hops.Benchmarks.Processes;

/// <summary>Where programs are.</summary>
internal static class ProgramPath
{
    // Ordinary users often lack the folders of system programs in their PATH.
    private const string SystemFolders = ":/usr/sbin:/sbin";

    /// <returns>The path of a program, or null if it is not installed.</returns>
    public static string? Find(string name) =>
        $"{Environment.GetEnvironmentVariable("PATH")}{SystemFolders}".Split(':').Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
