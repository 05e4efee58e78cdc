using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Architecture.Tests;

public sealed class InteropTests
{
    private static readonly string[] Imports = ["LibraryImport", "DllImport"];

    /// <summary>Each function of the C library is declared once, and compiled into those who call it.</summary>
    [Fact]
    public void The_C_library_is_declared_in_Common_only_and_once()
    {
        (string File, string Function)[] imports =
        [
            .. SourceFile.All().SelectMany(static file => file.Tree.GetRoot().DescendantNodes().OfType<AttributeSyntax>()
                .Where(static attribute => Imports.Contains(attribute.Name.ToString()))
                .Select(attribute => (file.Path, Function(attribute)))),
        ];
        Assert.NotEmpty(imports);
        Assert.All(imports, static import => Assert.StartsWith("Common/Interop/", import.File, StringComparison.Ordinal));
        Assert.Empty(imports.GroupBy(static import => import.Function).Where(static same => same.Count() > 1).Select(static same => same.Key));
    }

    private static string Function(AttributeSyntax import) => import.ArgumentList!.Arguments
        .Where(static argument => argument.NameEquals?.Name.Identifier.Text == "EntryPoint")
        .Select(static argument => ((LiteralExpressionSyntax)argument.Expression).Token.ValueText)
        .SingleOrDefault() ?? ((MethodDeclarationSyntax)import.Parent!.Parent!).Identifier.Text;
}
