namespace Hops.Cli.Guarding;

/// <summary>
/// Reads a file with options of a policy, one per line, without their dashes: <c>allow-near 203.0.113.0/24</c>. Comments follow <c>#</c>.
/// </summary>
internal static class PolicyFile
{
    // More than anyone writes by hand.
    private const int LongestFile = 1 << 20;

    /// <summary>Reads a file into words of a command line.</summary>
    /// <param name="path">The file.</param>
    /// <param name="words">The words.</param>
    /// <returns>The mistake in the file; null if there is none.</returns>
    public static string? Read(string path, out List<string> words)
    {
        words = [];
        string[] lines;
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > LongestFile)
            {
                return $"{path} is too long for a policy";
            }

            using StreamReader reader = new(file);
            lines = reader.ReadToEnd().Split('\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"cannot read a policy from {path}: {e.Message}";
        }

        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Split('#')[0].Trim();
            if (line.Length == 0)
            {
                continue;
            }

            if (line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is not [var name, var value] || name.StartsWith('-'))
            {
                return $"{path}, line {i + 1}: expected a policy option and its value, such as 'min-hops 4', not '{line}'";
            }

            words.AddRange([$"--{name}", value]);
        }

        return null;
    }
}
