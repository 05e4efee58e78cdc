namespace Hops.Benchmarks.Processes;

/// <summary>Finds programs.</summary>
internal static class ProgramPath
{
    // Ordinary users often lack the folders of system programs in their PATH.
    private const string SystemFolders = ":/usr/sbin:/sbin";

    /// <returns>
    /// The absolute path of a program, or null if it is not installed. The current folder is not searched: benchmarks run as root, and any user may own it.
    /// </returns>
    public static string? Find(string name) =>
        $"{Environment.GetEnvironmentVariable("PATH")}{SystemFolders}".Split(':').Where(static folder => folder.StartsWith('/'))
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
