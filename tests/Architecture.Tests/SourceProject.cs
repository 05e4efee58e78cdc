using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

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

    private readonly string _folder;
    private readonly CSharpCompilation _compilation;

    public SourceProject(string name)
    {
        Name = name;
        _folder = Path.Combine(Sources, name);
        CSharpParseOptions options = new(LanguageVersion.Preview);
        _compilation = CSharpCompilation.Create(
            name,
            [.. Directory.GetFiles(_folder, "*.cs", SearchOption.AllDirectories).Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), options, path)), CSharpSyntaxTree.ParseText(ImplicitUsings, options)],
            // Not itself: its own types are those of the sources.
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':').Where(path => Path.GetFileNameWithoutExtension(path) != name).Select(static path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
    }

    /// <summary>The folder <c>src</c>.</summary>
    public static string Sources { get; } =
        Path.Combine(typeof(SourceProject).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static a => a.Key == "Repository").Value!, "src");

    public string Name { get; }

    public IEnumerable<SyntaxTree> Files => _compilation.SyntaxTrees.Where(static tree => tree.FilePath.Length > 0);

    /// <summary>The folder of a file below the project's: <c>Maps</c>; empty for the root.</summary>
    public string FolderOf(SyntaxTree file) => Path.GetRelativePath(_folder, Path.GetDirectoryName(file.FilePath)!) is var folder && folder == "." ? "" : folder;

    /// <summary>Each use of a type of another folder of the project.</summary>
    public IEnumerable<Use> Uses()
    {
        foreach (SyntaxTree file in Files)
        {
            string from = FolderOf(file);
            SemanticModel model = _compilation.GetSemanticModel(file);
            foreach (SyntaxNode node in file.GetRoot().DescendantNodes().Where(static node => node is Microsoft.CodeAnalysis.CSharp.Syntax.SimpleNameSyntax))
            {
                if (TypeOf(model.GetSymbolInfo(node).Symbol) is { } type && DeclarationOf(type) is { } declaration && FolderOf(declaration) is var to && to != from)
                {
                    yield return new Use(from, to, type, $"{Path.GetRelativePath(Sources, file.FilePath)}({node.GetLocation().GetLineSpan().StartLinePosition.Line + 1})");
                }
            }
        }
    }

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
