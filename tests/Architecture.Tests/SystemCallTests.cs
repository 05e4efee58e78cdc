using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Architecture.Tests;

public sealed partial class SystemCallTests
{
    // bpf(2) on x86-64 and arm64.
    private static readonly string[] BpfNumbers = ["321", "280"];

    [Fact]
    public void Only_one_folder_calls_bpf()
    {
        string[] projects =
        [
            .. Directory.GetDirectories(SourceProject.Sources)
                .Where(static path => Directory.GetFiles(path, "*.csproj").Length > 0)
                .Select(static path => Path.GetFileName(path)!),
        ];
        Assert.Contains("Ebpf", projects);
        string[] callers =
        [
            .. projects.Select(static name => new SourceProject(name))
                .SelectMany(static project => project.Files.Where(CallsBpf).Select(file => $"{project.Name}/{project.FolderOf(file)}"))
                .Distinct(),
        ];
        Assert.Equal(["Ebpf/SystemCalls"], callers);
    }

    /// <summary>Which calls are made by their numbers, so that a number written otherwise is seen, too.</summary>
    [Fact]
    public void System_calls_are_made_by_number_in_three_places_only() => Assert.Equal(
        ["Ebpf/SystemCalls/Bpf.cs", "Hops.Host/Confinement/ConfinedProgram.cs", "Hops/Sharing/FileOwner.cs"],
        SourceFile.All()
            .Where(static file => file.Project != "Common" && file.Tree.GetRoot().DescendantTokens().Any(static token => token.ValueText == "SystemCall"))
            .Select(static file => file.Path)
            .Order());

    private static bool CallsBpf(SyntaxTree file) =>
        file.GetRoot().DescendantNodes().OfType<LiteralExpressionSyntax>().Any(static literal => BpfNumbers.Contains(literal.Token.Text));

    /// <summary>A command of <c>bpf(2)</c> is a value; its name as text stands in its row only.</summary>
    [Fact]
    public void The_names_of_commands_stand_in_their_rows_only()
    {
        SourceProject ebpf = new("Ebpf");
        string[] files =
        [
            .. ebpf.Files
                .Where(static file => file.GetRoot().DescendantTokens().Any(static token => CommandName().IsMatch(token.ValueText)))
                .Select(static file => Path.GetFileName(file.FilePath)),
        ];
        Assert.Equal(["CommandFacts.cs"], files);
    }

    [GeneratedRegex("BPF_(MAP|PROG|OBJ|LINK|BTF)_(?!TYPE)[A-Z]+")]
    private static partial Regex CommandName();
}
