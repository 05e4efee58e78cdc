namespace Hops.Cli.Tests.Support;

/// <summary>
/// What a command could leave behind in the kernel. Its processes are recognized by a variable in their environment, which children inherit;
/// namespaces and interfaces by comparing with before.
/// </summary>
internal sealed class Leftovers
{
    private const string Variable = "HOPS_TEST_RUN";

    private readonly string _mark = Guid.NewGuid().ToString();
    private readonly HashSet<string> _namespaces = Namespaces();
    private readonly string[] _interfaces = Interfaces();
    private readonly string[] _mounts = NamespaceMounts();

    /// <summary>The variables that the command needs in its environment.</summary>
    public IReadOnlyDictionary<string, string> Mark => new Dictionary<string, string> { [Variable] = _mark };

    /// <summary>How many network namespaces a process holds open.</summary>
    public static int HeldBy(int process) => Links($"/proc/{process}/fd").Count(static link => link.StartsWith("net:[", StringComparison.Ordinal));

    public void AssertNone()
    {
        // The kernel takes namespaces apart in the background, and others on this machine may come and go.
        string? left = Left();
        for (int attempt = 0; attempt < 100 && left is not null; attempt++)
        {
            Thread.Sleep(50);
            left = Left();
        }

        Assert.Null(left);
    }

    private string? Left() =>
        Processes().FirstOrDefault(IsMarked) is { } process ? $"process {process}: {ReadOrEmpty($"{process}/cmdline")}"
        : Namespaces().Except(_namespaces).FirstOrDefault() is { } space ? $"namespace {space}"
        : NamespaceMounts().Except(_mounts).FirstOrDefault() is { } mount ? $"mount {mount}"
        : Interfaces().Except(_interfaces).FirstOrDefault() is { } link ? $"interface {link}"
        : null;

    private bool IsMarked(string process) => ReadOrEmpty($"{process}/environ").Contains($"{Variable}={_mark}", StringComparison.Ordinal);

    private static string[] Interfaces() => [.. Directory.GetFileSystemEntries("/sys/class/net").Select(static path => Path.GetFileName(path)!)];

    private static string[] NamespaceMounts() =>
        [.. File.ReadAllLines("/proc/self/mounts").Where(static line => line.Contains(" nsfs ", StringComparison.Ordinal))];

    private static HashSet<string> Namespaces() =>
        [.. Processes().SelectMany(static process => Links($"{process}/ns")).Where(static link => link.StartsWith("net:[", StringComparison.Ordinal))];

    private static IEnumerable<string> Processes() => Directory.GetDirectories("/proc").Where(static path => char.IsAsciiDigit(Path.GetFileName(path)[0]));

    private static IEnumerable<string> Links(string folder)
    {
        try
        {
            return [.. Directory.GetFileSystemEntries(folder).Select(static path => new FileInfo(path).LinkTarget ?? "")];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The process has ended.
            return [];
        }
    }

    private static string ReadOrEmpty(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
