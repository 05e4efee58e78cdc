using System.Reflection;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Architecture.Tests;

/// <summary>A project below <c>src</c> as its sources: compiled, but not emitted, so that every name has its meaning.</summary>
internal sealed class SourceProject
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions Options = new(LanguageVersion.Preview);

    private readonly string _folder;
    private readonly CSharpCompilation _compilation;

    public SourceProject(string name)
    {
        Name = name;
        _folder = Path.Combine(Sources, name);
        _compilation = CSharpCompilation.Create(
            name,
            [
                .. Directory.GetFiles(_folder, "*.cs", SearchOption.AllDirectories).Concat(SharedFiles()).Select(Parse),
                CSharpSyntaxTree.ParseText(ImplicitUsings, Options),
            ],
            // Not itself: its own types are those of the sources.
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':')
                .Where(path => Path.GetFileNameWithoutExtension(path) != name)
                .Select(static path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
    }

    /// <summary>The folder <c>src</c>.</summary>
    public static string Sources { get; } =
        Path.Combine(typeof(SourceProject).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static a => a.Key == "Repository").Value!, "src");

    public string Name { get; }

    public IEnumerable<SyntaxTree> Files => _compilation.SyntaxTrees.Where(static tree => tree.FilePath.Length > 0);

    /// <summary>The folders of the project, without the root and without those of files that it shares with others.</summary>
    public IEnumerable<string> Folders =>
        Files.Select(FolderOf).Distinct().Where(static folder => folder.Length > 0 && !folder.StartsWith("..", StringComparison.Ordinal));

    /// <summary>The folder of a file below the project's: <c>Maps</c>; empty for the root; <c>../Common/Addresses</c> for a file that it shares.</summary>
    public string FolderOf(SyntaxTree file)
    {
        string folder = Path.GetRelativePath(_folder, Path.GetDirectoryName(file.FilePath)!);
        return folder == "." ? "" : folder;
    }

    /// <summary>Each use of a type of another folder of the project.</summary>
    public IEnumerable<Use> Uses()
    {
        foreach (SyntaxTree file in Files)
        {
            string from = FolderOf(file);
            SemanticModel model = _compilation.GetSemanticModel(file);
            foreach (SimpleNameSyntax node in file.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                if (TypeOf(model.GetSymbolInfo(node).Symbol) is { } type
                    && DeclarationOf(type) is { } declaration
                    && FolderOf(declaration) is var to
                    && to != from)
                {
                    int line = node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
                    yield return new Use(from, to, type, $"{Path.GetRelativePath(Sources, file.FilePath)}({line})");
                }
            }
        }
    }

    private static SyntaxTree Parse(string path) => CSharpSyntaxTree.ParseText(File.ReadAllText(path), Options, path);

    /// <summary>The files of other folders that the project compiles in: <c>../Common/Addresses/*.cs</c>.</summary>
    private IEnumerable<string> SharedFiles() => XDocument.Load(Path.Combine(_folder, $"{Name}.csproj"))
        .Descendants("Compile")
        .Select(static item => item.Attribute("Include")?.Value)
        .OfType<string>()
        .SelectMany(static include => include.Split(';'))
        .Select(include => Path.GetFullPath(include, _folder))
        .SelectMany(static pattern => pattern.Split("/**/") is [string folder, string names]
            ? Directory.GetFiles(folder, names, SearchOption.AllDirectories)
            : Directory.GetFiles(Path.GetDirectoryName(pattern)!, Path.GetFileName(pattern)));

    private SyntaxTree? DeclarationOf(INamedTypeSymbol type) =>
        type.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree is { FilePath.Length: > 0 } tree && _compilation.ContainsSyntaxTree(tree) ? tree : null;

    private static INamedTypeSymbol? TypeOf(ISymbol? symbol) => symbol switch
    {
        null or INamespaceSymbol or ILocalSymbol or IParameterSymbol or ITypeParameterSymbol => null,
        INamedTypeSymbol named => Outermost(named.OriginalDefinition),
        _ => symbol.ContainingType is { } containing ? Outermost(containing.OriginalDefinition) : null,
    };

    private static INamedTypeSymbol Outermost(INamedTypeSymbol type) => type.ContainingType is { } containing ? Outermost(containing) : type;
}
