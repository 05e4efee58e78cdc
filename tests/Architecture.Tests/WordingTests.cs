using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Architecture.Tests;

public sealed partial class WordingTests
{
    private static readonly string[] Libraries = ["Ebpf", "Hops", "Hops.Guard", "Hops.Host", "Hops.Http", "Hops.Testing", "Hops.Lab"];

    /// <summary>A library returns a reason and a remedy as values; the programs that show them make the sentence (<c>Common/Remedies</c>).</summary>
    [Fact]
    public void No_text_of_a_library_names_the_command_line_or_its_units()
    {
        (string Place, string Text)[] texts =
        [
            .. SourceFile.All().Where(static file => Libraries.Contains(file.Project)).SelectMany(static file => file.Tree.GetRoot().DescendantTokens()
                .Where(static token => token.IsKind(SyntaxKind.StringLiteralToken) || token.IsKind(SyntaxKind.InterpolatedStringTextToken)
                    || token.IsKind(SyntaxKind.SingleLineRawStringLiteralToken) || token.IsKind(SyntaxKind.MultiLineRawStringLiteralToken))
                .Select(token => ($"{file.Path}({token.GetLocation().GetLineSpan().StartLinePosition.Line + 1})", token.ValueText))),
        ];
        Assert.Equal(Libraries.Order(), SourceFile.All().Select(static file => file.Project).Distinct().Except(["Common", "Hops.Cli"]).Order());
        Assert.NotEmpty(texts);
        Assert.DoesNotContain(texts, static text => CommandLine().IsMatch(text.Text));
    }

    /// <summary>The compiler asks for documentation of each public member; this asks for that of types, whatever the compiler is told to ignore.</summary>
    [Fact]
    public void Every_public_type_is_documented()
    {
        (string Path, BaseTypeDeclarationSyntax Type)[] types =
        [
            .. SourceFile.All()
                .Where(static file => Libraries.Contains(file.Project))
                .SelectMany(static file => file.Tree.GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>().Select(type => (file.Path, type)))
                .Where(static place => place.type.AncestorsAndSelf().OfType<BaseTypeDeclarationSyntax>().All(IsPublic)),
        ];
        Assert.NotEmpty(types);
        Assert.Empty(types.Where(static place => !IsDocumented(place.Type)).Select(static place => $"{place.Path}: {place.Type.Identifier}"));
    }

    private static bool IsPublic(BaseTypeDeclarationSyntax type) => type.Modifiers.Any(SyntaxKind.PublicKeyword);

    private static bool IsDocumented(BaseTypeDeclarationSyntax type) =>
        type.GetLeadingTrivia().Any(static trivia => trivia.IsKind(SyntaxKind.SingleLineDocumentationCommentTrivia));

    [GeneratedRegex(@"\bhops (system|doctor|measure|lab|trace|calibrate|watch|guard|export)\b|\bsystemctl\b|\bhops\.(socket|service)\b|--group\b")]
    private static partial Regex CommandLine();
}
