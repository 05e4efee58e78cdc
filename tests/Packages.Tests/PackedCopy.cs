using System.Reflection;
using System.Text.RegularExpressions;
using Hops.TestSupport;

[assembly: AssemblyFixture(typeof(Packages.Tests.PackedCopy))]

namespace Packages.Tests;

/// <summary>
/// A copy of the source tree, packed by eng/pack.sh: the packages that these tests share.
/// Nothing is built in the tree itself, and no package of before can be meant.
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

    /// <summary>One that nobody has published.</summary>
    public string Version { get; } = $"0.0.0-test.{Environment.ProcessId}";

    /// <summary>Makes another copy, in a folder of this name.</summary>
    public void CopySources(string name)
    {
        foreach (string file in Directory.EnumerateFiles(Repository))
        {
            Copy(file);
        }

        // All that the solution knows; what is built lies in 'artifacts'.
        foreach (string folder in (string[])["src", "tests", "samples", "bench", "eng"])
        {
            foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository, folder), "*", SearchOption.AllDirectories))
            {
                Copy(file);
            }
        }

        void Copy(string file)
        {
            string target = Path.Combine(PathOf(name), Path.GetRelativePath(Repository, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        string properties = Path.Combine(PathOf(name), "Directory.Build.props");
        File.WriteAllText(properties, VersionElement().Replace(File.ReadAllText(properties), $"<Version>{Version}</Version>"));
    }

    /// <summary>A folder beside the packages.</summary>
    public string PathOf(string folder) => Path.Combine(_root.FullName, folder);

    /// <returns>What the program printed, run in a folder beside the packages.</returns>
    public string Run(string folder, string program, params string[] arguments) =>
        Command.Run("env", ["--chdir=" + Directory.CreateDirectory(PathOf(folder)).FullName, .. _environment, program, .. arguments]);

    public void Dispose() => _root.Delete(recursive: true);

    [GeneratedRegex("<Version>.*</Version>")]
    private static partial Regex VersionElement();
}
