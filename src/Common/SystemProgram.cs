using System.Diagnostics;

namespace Hops.Common;

/// <summary>
/// Programs of the system that this process runs, often as root: found in the absolute folders of <c>PATH</c> alone, and started with an environment of ours,
/// in <c>/</c>.
/// </summary>
/// <remarks>
/// By itself .NET looks for a program in its own program's folder and in the current folder before <c>PATH</c>, and an empty or relative part of <c>PATH</c>
/// means the current folder, too. Whoever can write to the folder in which root happens to stand would be root. Variables are dropped since some name code to
/// run: <c>LD_PRELOAD</c>, <c>IP_LIB_DIR</c>.
/// </remarks>
internal static class SystemProgram
{
    // Where there is no PATH at all.
    private const string UsualFolders = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <param name="name">The name of a file, without a folder.</param>
    /// <returns>An absolute path; null where there is no such program.</returns>
    public static string? Find(string name) =>
        Folders(Environment.GetEnvironmentVariable("PATH")).Select(folder => $"{folder}/{name}").FirstOrDefault(IsProgram);

    /// <summary>How to start it: nothing of this process's environment and current folder reaches it.</summary>
    /// <param name="path">What <see cref="Find"/> returned.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ProcessStartInfo Command(string path, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(path, arguments) { WorkingDirectory = "/" };
        start.Environment.Clear();
        start.Environment["PATH"] = string.Join(':', Folders(Environment.GetEnvironmentVariable("PATH")));
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    /// <param name="path">The value of <c>PATH</c>; null where it is not set.</param>
    /// <returns>Those folders in it that do not depend on where this process stands.</returns>
    internal static IEnumerable<string> Folders(string? path) => (path ?? UsualFolders).Split(':').Where(static folder => folder.StartsWith('/'));

    private static bool IsProgram(string path)
    {
        try
        {
            return !OperatingSystem.IsWindows() && File.Exists(path) && (File.GetUnixFileMode(path) & Executable) != 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has gone in the meantime, or may not be looked at.
            return false;
        }
    }
}
