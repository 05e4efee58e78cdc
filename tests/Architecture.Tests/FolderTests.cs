using Microsoft.CodeAnalysis;

namespace Architecture.Tests;

public sealed class FolderTests
{
    /// <summary>All projects below <c>src</c>.</summary>
    public static TheoryData<string> Projects =>
        [.. Directory.GetFiles(SourceProject.Sources, "*.csproj", SearchOption.AllDirectories).Select(static path => Path.GetFileNameWithoutExtension(path))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_two_folders_depend_on_each_other(string project)
    {
        Use[] uses = [.. UsesOf(project).Where(static use => use.From.Length > 0 && use.To.Length > 0)];
        ILookup<string, string> arrows = uses
            .Select(static use => (use.From, use.To))
            .Distinct()
            .ToLookup(static arrow => arrow.From, static arrow => arrow.To);
        string[] circles = [.. arrows.Select(static from => from.Key).Where(folder => Reaches(arrows, folder, folder))];
        Assert.True(circles.Length == 0, $"These folders are in a circle: {string.Join(", ", circles)}. {string.Join("; ", uses
            .Where(use => circles.Contains(use.From) && circles.Contains(use.To))
            .GroupBy(static use => (use.From, use.To))
            .Select(static group => $"{group.Key.From} → {group.Key.To}: {group.First().Type.Name} at {group.First().Place}"))}");
    }

    /// <summary>The root is the face: it may use all inner folders, and they only the plain values that stand there.</summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void Inner_folders_use_only_plain_values_of_the_root(string project)
    {
        IEnumerable<Use> uses = UsesOf(project).Where(static use => use.From.Length > 0 && use.To.Length == 0);
        string[] wrong =
        [
            .. uses.Where(static use => !IsPlainValue(use.Type)).Select(static use => $"{use.From} uses {use.Type.Name}: {use.Place}").Distinct(),
        ];
        Assert.True(wrong.Length == 0, string.Join(Environment.NewLine, wrong));
    }

    /// <summary>In a project with folders some use types of others. If none seem to, this test does not understand the names.</summary>
    private static Use[] UsesOf(string name)
    {
        SourceProject project = new(name);
        Use[] uses = [.. project.Uses()];
        Assert.True(uses.Length > 0 || !project.Folders.Any());
        return uses;
    }

    private static bool Reaches(ILookup<string, string> arrows, string from, string to)
    {
        HashSet<string> seen = [];
        Stack<string> open = new(arrows[from]);
        while (open.TryPop(out string? folder))
        {
            if (folder == to)
            {
                return true;
            }

            if (seen.Add(folder))
            {
                foreach (string next in arrows[folder])
                {
                    open.Push(next);
                }
            }
        }

        return false;
    }

    private static bool IsPlainValue(INamedTypeSymbol type) =>
        type.TypeKind is TypeKind.Enum or TypeKind.Interface or TypeKind.Struct or TypeKind.Delegate
        || type.IsRecord
        || type.Name.EndsWith("Options", StringComparison.Ordinal)
        || IsException(type);

    private static bool IsException(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            if (current.Name == nameof(Exception))
            {
                return true;
            }
        }

        return false;
    }
}
