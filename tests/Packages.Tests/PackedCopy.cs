using System.Reflection;
using System.Text.RegularExpressions;
using Hops.TestSupport;

[assembly: AssemblyFixture(typeof(Packages.Tests.PackedCopy))]

namespace Packages.Tests;

/// <summary>
/// A copy of the source tree, packed by eng/pack.sh: the packages that these tests share.
/// Nothing is built in the source tree itself, and no older package can be tested by mistake.
/// </summary>
public sealed partial class PackedCopy : IDisposable
{
    private static readonly string Repository =
        typeof(PackedCopy).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static a => a.Key == "Repository").Value!;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("hops-packages-");
    private readonly string[] _environment;

    public PackedCopy()
    {
        Requires.Linux();
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(home, ".nuget", "packages");
        // Downloads of before are good enough; what is downloaded or packed now leaves with the folder. No server outlives its build.
        // Analyzers have judged the same sources where these tests were built, and are half of the time.
        _environment =
        [
            "NUGET_PACKAGES=" + Path.Combine(_root.FullName, "nuget"),
            .. Directory.Exists(cache) ? ["NUGET_FALLBACK_PACKAGES=" + cache] : Array.Empty<string>(),
            "MSBUILDDISABLENODEREUSE=1", "DOTNET_CLI_USE_MSBUILD_SERVER=0", "UseSharedCompilation=false", "RunAnalyzers=false",
            "DOTNET_NOLOGO=1", "DOTNET_CLI_TELEMETRY_OPTOUT=1",
        ];
        CopySources("hops");
        Run("hops", "eng/pack.sh", "--output", Folder);
    }

    /// <summary>Where the packages are.</summary>
    public string Folder => Path.Combine(_root.FullName, "packages");

    /// <summary>The origin of the copies, from which nothing is fetched.</summary>
    public string RepositoryUrl { get; } = "https://git.example.com/hops.git";

    /// <summary>A version that is not published anywhere.</summary>
    public string Version { get; } = $"0.0.0-test.{Environment.ProcessId}";

    /// <summary>Makes another copy of the same commit, in a folder of this name.</summary>
    public void Clone(string name)
    {
        Run(".", "git", "clone", "--quiet", "hops", name);
        Run(name, "git", "remote", "set-url", "origin", RepositoryUrl);
    }

    /// <summary>A folder beside the packages.</summary>
    public string PathOf(string folder) => Path.Combine(_root.FullName, folder);

    /// <returns>What the program printed, run in a folder beside the packages.</returns>
    public string Run(string folder, string program, params string[] arguments) =>
        Command.Run("env", ["--chdir=" + Directory.CreateDirectory(PathOf(folder)).FullName, .. _environment, program, .. arguments]);

    public void Dispose() => _root.Delete(recursive: true);

    private void CopySources(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(Repository))
        {
            Copy(file);
        }

        // All that the solution knows, and the packages' icon; what is built lies in 'artifacts'.
        foreach (string part in (string[])["src", "tests", "samples", "bench", "eng", "docs/images"])
        {
            foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository, part), "*", SearchOption.AllDirectories))
            {
                Copy(file);
            }
        }

        void Copy(string file)
        {
            string target = Path.Combine(PathOf(folder), Path.GetRelativePath(Repository, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        string properties = Path.Combine(PathOf(folder), "Directory.Build.props");
        File.WriteAllText(properties, VersionElement().Replace(File.ReadAllText(properties), $"<Version>{Version}</Version>"));

        // As a clone of a public repository, so that packages can name it.
        Run(folder, "git", "init", "--quiet", "--initial-branch=main");
        Run(folder, "git", "remote", "add", "origin", RepositoryUrl);
        Run(folder, "git", "add", "--all");
        Run(folder, "git", "-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "--message", "A copy");
    }

    [GeneratedRegex("<Version>.*</Version>")]
    private static partial Regex VersionElement();
}
