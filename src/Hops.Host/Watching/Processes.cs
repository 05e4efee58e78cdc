using System.Globalization;

namespace Hops.Host.Watching;

/// <summary>Reads <c>/proc</c> (proc_pid_comm(5), proc_pid_stat(5)). Any process may end at any moment.</summary>
internal static class Processes
{
    public static bool IsThere(int id) => Directory.Exists($"/proc/{id.ToString(CultureInfo.InvariantCulture)}");

    /// <returns>Null if the process has ended, or this process may not read the file.</returns>
    public static string? CommandOf(int id) => Read(id, "comm")?.TrimEnd('\n');

    /// <summary>Returns when the process started, in clock ticks after boot.</summary>
    public static ulong? StartOf(int id)
    {
        // The command, in parentheses, may contain blanks and parentheses. The start is the 22nd field, the 20th after the command.
        string? text = Read(id, "stat");
        string[] fields = text?[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return fields.Length > 19 && ulong.TryParse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture, out ulong start) ? start : null;
    }

    public static IEnumerable<int> All()
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            {
                yield return id;
            }
        }
    }

    /// <summary>Returns the open files of a process: the link in <c>/proc</c>, and its target.</summary>
    public static List<(string File, string Target)> DescriptorsOf(int id)
    {
        List<(string, string)> all = [];
        try
        {
            foreach (string file in Directory.EnumerateFileSystemEntries($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/fd"))
            {
                if (LinkOf(file) is { } target)
                {
                    all.Add((file, target));
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The process has ended, or this process may not read it.
        }

        return all;
    }

    /// <summary>
    /// Returns the target of a link in <c>/proc</c>: <c>socket:[4711]</c>, or a path. The target is not normalized: a file that is named like a socket has a
    /// folder before its name.
    /// </summary>
    public static string? LinkOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
