using System.Globalization;

namespace Hops.Host.Watching;

/// <summary>What <c>/proc</c> says of processes (proc_pid_comm(5), proc_pid_stat(5)). Any of them may end at any moment.</summary>
internal static class Processes
{
    public static bool IsThere(int id) => Directory.Exists($"/proc/{id.ToString(CultureInfo.InvariantCulture)}");

    /// <returns>Null where the process has ended, or the file may not be read.</returns>
    public static string? CommandOf(int id) => Read(id, "comm")?.TrimEnd('\n');

    /// <summary>When the process started, in clock ticks after boot.</summary>
    public static ulong? StartOf(int id)
    {
        // The command, in parentheses, may have blanks and parentheses of its own. The start is the 22nd field, the 20th behind it.
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

    /// <summary>What a process has open: the file in <c>/proc</c>, and where it points to.</summary>
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
            // It has ended, or is not ours to see.
        }

        return all;
    }

    /// <summary>
    /// Where a link in <c>/proc</c> points to: <c>socket:[4711]</c>, or a path. As it is, since anyone may open a file that is called so, and then a folder
    /// stands before it.
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
