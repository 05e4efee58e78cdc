using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Architecture.Tests;

public sealed class InteropTests
{
    private static readonly string[] Imports = ["LibraryImport", "DllImport"];

    /// <summary>Each function of the C library is declared once, and compiled into the projects that call it.</summary>
    [Fact]
    public void The_C_library_is_declared_in_Common_only_and_once()
    {
        (string File, string Function)[] imports =
        [
            .. SourceFile.All().SelectMany(static file => file.Tree.GetRoot().DescendantNodes().OfType<AttributeSyntax>()
                .Where(static attribute => Imports.Contains(Name(attribute)))
                .Select(attribute => (file.Path, Function(attribute)))),
        ];
        Assert.NotEmpty(imports);
        Assert.All(imports, static import => Assert.StartsWith("Common/Interop/", import.File, StringComparison.Ordinal));
        Assert.Empty(imports.GroupBy(static import => import.Function).Where(static same => same.Count() > 1).Select(static same => same.Key));
    }

    /// <summary>No way round it either: functions that are looked up by their names.</summary>
    [Fact]
    public void No_function_is_looked_up_in_a_library()
    {
        string[] files =
        [
            .. SourceFile.All()
                .Where(static file => file.Tree.GetRoot().DescendantTokens().Any(static token => token.ValueText == "NativeLibrary"))
                .Select(static file => file.Path),
        ];
        Assert.Empty(files);
    }

    private static string Name(AttributeSyntax attribute)
    {
        string name = attribute.Name.DescendantNodesAndSelf().OfType<SimpleNameSyntax>().Last().Identifier.Text;
        return name.EndsWith("Attribute", StringComparison.Ordinal) ? name[..^"Attribute".Length] : name;
    }

    private static string Function(AttributeSyntax import) => import.ArgumentList!.Arguments
        .Where(static argument => argument.NameEquals?.Name.Identifier.Text == "EntryPoint")
        .Select(static argument => ((LiteralExpressionSyntax)argument.Expression).Token.ValueText)
        .SingleOrDefault() ?? ((MethodDeclarationSyntax)import.Parent!.Parent!).Identifier.Text;
}
