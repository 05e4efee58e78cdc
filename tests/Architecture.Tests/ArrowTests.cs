using System.Xml.Linq;

namespace Architecture.Tests;

/// <summary>Which project may refer to which: docs/architecture.md has the picture.</summary>
public sealed class ArrowTests
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Ebpf"] = [],
        ["Hops"] = ["Ebpf"],
        ["Hops.Guard"] = ["Hops"],
        ["Hops.Host"] = ["Hops.Guard"],
        ["Hops.Http"] = ["Hops.Guard"],
        ["Hops.Lab"] = [],
        ["Hops.Testing"] = ["Hops.Http"],
        ["Hops.Cli"] = ["Hops.Guard", "Hops.Host", "Hops.Lab"],
    };

    private static readonly string[] WithoutPackages = ["Ebpf", "Hops", "Hops.Guard", "Hops.Host", "Hops.Lab"];

    [Fact]
    public void Projects_refer_to_each_other_as_drawn_only()
    {
        Dictionary<string, string[]> found = Projects().ToDictionary(Name, static path => References(path, "ProjectReference"));
        Assert.Equal(Arrows.Keys.Order(), found.Keys.Order());
        Assert.All(found, static project => Assert.Equal(Arrows[project.Key].Order(), project.Value.Select(Name).Order()));
    }

    /// <summary>Sources that a project compiles besides its own are shared on purpose, and so are its internals.</summary>
    [Fact]
    public void Projects_share_sources_of_Common_and_internals_with_those_listed_only()
    {
        Assert.All(Projects().SelectMany(static path => References(path, "Compile")), static include =>
            Assert.All(include.Split(';'), static file => Assert.StartsWith("../Common/", file, StringComparison.Ordinal)));
        Assert.Equal(
            [
                "Hops.Cli: Manual", "Hops.Guard: Hops.Host", "Hops.Guard: Hops.Host.Tests", "Hops.Guard: Hops.Http", "Hops.Guard: Hops.Http.Tests",
                "Hops.Host: Hops.Host.Tests", "Hops: Hops.Benchmarks", "Hops: Hops.Host", "Hops: Hops.Host.Tests",
            ],
            Projects()
                .SelectMany(static path => References(path, "InternalsVisibleTo").Select(friend => $"{Name(path)}: {friend}"))
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Libraries_at_the_bottom_have_no_package()
    {
        string[] paths = [.. Projects().Where(static path => WithoutPackages.Contains(Name(path)))];
        Assert.Equal(WithoutPackages.Length, paths.Length);
        Assert.All(paths, static path => Assert.Empty(References(path, "PackageReference")));
    }

    private static string[] Projects() => Directory.GetFiles(SourceProject.Sources, "*.csproj", SearchOption.AllDirectories);

    private static string Name(string project) => Path.GetFileNameWithoutExtension(project);

    private static string[] References(string project, string kind) =>
        [.. XDocument.Load(project).Descendants(kind).Select(static item => item.Attribute("Include")!.Value)];
}
