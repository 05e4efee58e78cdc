using Microsoft.CodeAnalysis;

namespace Docs.Tests;

public sealed class CodeBlockTests
{
    public static TheoryData<string, int, string> CSharp => [.. Documentation.Blocks("csharp").Where(static b => !BlockProgram.IsUsings(b.Text))];

    [Theory]
    [MemberData(nameof(CSharp))]
    public void Csharp_compiles_as_a_program_of_its_own(string page, int line, string text)
    {
        IEnumerable<Diagnostic> problems = BlockProgram.Compile(page, text)
            .GetDiagnostics(TestContext.Current.CancellationToken)
            .Where(static d => d.Severity >= DiagnosticSeverity.Warning);
        Assert.True(!problems.Any(), $"{page}:{line}: {string.Join("; ", problems)}");
    }

    [Fact]
    public void Every_block_is_of_a_kind_that_some_test_looks_at() =>
        Assert.Empty(Documentation.AllBlocks().Where(static b => !KindsOf(b.Page).Contains(b.Language)).Select(static b => $"{b.Page}:{b.Line}: {b.Language}"));

    [Fact]
    public void There_are_blocks_to_look_at() => Assert.True(CSharp.Count > 0 && Documentation.Blocks("console").Any() && Documentation.Blocks("sh").Any());

    private static string[] KindsOf(string page) => page switch
    {
        _ when EbpfPageTests.IsOne(page) => ["csharp", "text", "ebpf", "bash", ""],
        HttpGuardPageTests.Page => ["csharp", "json"],
        // The tests of the samples paste what it shows.
        "samples/EgressProxy/README.md" => ["sh", "ini", "json"],
        _ => ["csharp", "console", "sh", ""],
    };
}
