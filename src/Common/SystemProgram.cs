using System.Diagnostics;

namespace Hops.Common;

/// <summary>
/// Finds and starts programs of the system, often as root: only in the absolute folders of <c>PATH</c>, with a clean environment, and in the folder <c>/</c>.
/// </summary>
/// <remarks>
/// By default .NET searches the folder of its own program and the current folder before <c>PATH</c>, and an empty or relative part of <c>PATH</c> also means
/// the current folder. A user with write permission for root's current folder could then run code as root. Environment variables are dropped because some of
/// them load code: <c>LD_PRELOAD</c>, <c>IP_LIB_DIR</c>.
/// </remarks>
internal static class SystemProgram
{
    // The default if PATH is not set.
    private const string UsualFolders = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <param name="name">The name of a file, without a folder.</param>
    /// <returns>An absolute path; null if there is no such program.</returns>
    public static string? Find(string name) =>
        Folders(Environment.GetEnvironmentVariable("PATH")).Select(folder => $"{folder}/{name}").FirstOrDefault(IsProgram);

    /// <summary>Returns the information for starting a program without this process's environment and current folder.</summary>
    /// <param name="path">The result of <see cref="Find"/>.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ProcessStartInfo Command(string path, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(path, arguments) { WorkingDirectory = "/" };
        start.Environment.Clear();
        start.Environment["PATH"] = string.Join(':', Folders(Environment.GetEnvironmentVariable("PATH")));
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    /// <param name="path">The value of <c>PATH</c>; null if it is not set.</param>
    /// <returns>The absolute folders in it.</returns>
    internal static IEnumerable<string> Folders(string? path) => (path ?? UsualFolders).Split(':').Where(static folder => folder.StartsWith('/'));

    private static bool IsProgram(string path)
    {
        try
        {
            return !OperatingSystem.IsWindows() && File.Exists(path) && (File.GetUnixFileMode(path) & Executable) != 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It was removed in the meantime, or may not be accessed.
            return false;
        }
    }
}
