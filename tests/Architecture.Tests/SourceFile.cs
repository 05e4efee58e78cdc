using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Architecture.Tests;

/// <summary>A file below <c>src</c>, as syntax.</summary>
/// <param name="Path">Below <c>src</c>: <c>Hops/HopMeter.cs</c>.</param>
/// <param name="Tree">What stands in it.</param>
internal sealed record SourceFile(string Path, SyntaxTree Tree)
{
    /// <summary>The first folder: a project, or <c>Common</c>.</summary>
    public string Project => Path[..Path.IndexOf('/', StringComparison.Ordinal)];

    public static IEnumerable<SourceFile> All() => Directory.GetFiles(SourceProject.Sources, "*.cs", SearchOption.AllDirectories)
        .Select(static path => new SourceFile(
            System.IO.Path.GetRelativePath(SourceProject.Sources, path),
            CSharpSyntaxTree.ParseText(File.ReadAllText(path), new CSharpParseOptions(LanguageVersion.Preview))));
}
