using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Docs.Tests;

public sealed class CodeBlockTests
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

    public static TheoryData<string, int, string> CSharp => [.. Documentation.Blocks("csharp")];

    [Theory]
    [MemberData(nameof(CSharp))]
    public void Csharp_compiles_as_a_program_of_its_own(string page, int line, string text)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        string[] assemblies = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':')];
        CSharpCompilation compilation = CSharpCompilation.Create(
            "block",
            [CSharpSyntaxTree.ParseText(ImplicitUsings, cancellationToken: cancel), CSharpSyntaxTree.ParseText(text, cancellationToken: cancel)],
            assemblies.Select(static path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        IEnumerable<Diagnostic> problems = compilation.GetDiagnostics(cancel).Where(static d => d.Severity >= DiagnosticSeverity.Warning);
        Assert.True(!problems.Any(), $"{page}:{line}: {string.Join("; ", problems)}");
    }

    [Fact]
    public void Every_block_is_of_a_kind_that_some_test_looks_at() =>
        Assert.Empty(Documentation.AllBlocks().Select(static b => b.Language).Except(["csharp", "console", "sh", ""]));

    [Fact]
    public void There_are_blocks_to_look_at() => Assert.True(CSharp.Count > 0 && Documentation.Blocks("console").Any() && Documentation.Blocks("sh").Any());
}
