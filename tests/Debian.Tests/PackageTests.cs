using System.Text.RegularExpressions;
using System.Xml.Linq;
using Hops.TestSupport;

namespace Debian.Tests;

/// <summary>The package as a file.</summary>
public sealed class PackageTests(BuiltPackage package)
{
    [Fact]
    public void It_depends_on_what_Debian_s_tool_finds_in_the_program()
    {
        string shlibdeps = Requires.Program("dpkg-dev", "dpkg-shlibdeps");
        string folder = package.Extract("shlibdeps");
        Directory.CreateDirectory(Path.Combine(folder, "debian"));
        File.WriteAllText(Path.Combine(folder, "debian/control"), "Source: hops\n\nPackage: hops\nArchitecture: any\n");
        string found = Command.Run("sh", "-c", $"cd '{folder}' && exec {shlibdeps} -O usr/bin/hops").Trim();
        Assert.Equal(found.Replace("shlibs:Depends=", "", StringComparison.Ordinal) + ", adduser | systemd-sysusers", Field("Depends"));
    }

    [Fact]
    public void Debian_s_checker_finds_nothing()
    {
        (int status, string output, _) = Command.Try(Requires.Program("lintian", "lintian"), "--fail-on", "error,warning", package.Path);
        Assert.Equal((0, ""), (status, output));
    }

    [Fact]
    public void The_same_program_gives_the_same_package_byte_for_byte()
    {
        string program = Path.Combine(package.Extract("again"), "usr/bin/hops");
        Assert.Equal(File.ReadAllBytes(package.Path), File.ReadAllBytes(BuiltPackage.Build(package.Folder("rebuilt"), "--binary", program)));
    }

    [Fact]
    public void Its_version_is_that_of_all_packages()
    {
        string version = XDocument.Load(Path.Combine(BuiltPackage.Repository, "Directory.Build.props")).Descendants("Version").Single().Value;
        Assert.Equal(version.Replace('-', '~'), Field("Version"));
        Assert.Equal($"hops_{Field("Version")}_{Field("Architecture")}.deb", Path.GetFileName(package.Path));
        Assert.StartsWith($"hops ({Field("Version")}) ", package.Machine.Run("zcat", "/usr/share/doc/hops/changelog.gz"), StringComparison.Ordinal);
    }

    [Fact]
    public void Its_copyright_file_names_each_library_in_the_program()
    {
        string copyright = File.ReadAllText(package.Machine.File("/usr/share/doc/hops/copyright"));
        XDocument project = XDocument.Load(Path.Combine(BuiltPackage.Repository, "src/Hops.Cli/Hops.Cli.csproj"));
        string[] libraries = [.. project.Descendants("PackageReference").Select(static r => r.Attribute("Include")!.Value)];
        Assert.NotEmpty(libraries);
        Assert.All(libraries, library => Assert.Contains($"({library})", copyright, StringComparison.Ordinal));
        string terms = File.ReadAllText(Path.Combine(BuiltPackage.Repository, "LICENSE")).Split("\n\n", 3)[2];
        string licence = string.Join(' ', terms.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(licence, Regex.Replace(copyright, @"\s+(\.\s+)?", " "), StringComparison.Ordinal);
    }

    private string Field(string name) => Command.Run("dpkg-deb", "--field", package.Path, name).Trim();
}
