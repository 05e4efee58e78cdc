using System.Reflection;

namespace Docs.Tests;

public sealed class HttpTestingPageTests
{
    private const string Page = "docs/http-testing.md";

    [Fact]
    public void The_sample_prints_what_the_page_says()
    {
        string sample = Documentation.Blocks("csharp").Single(static b => b.Page == Page).Text;
        string expected = Documentation.Blocks("").Single(static b => b.Page == Page).Text;
        using MemoryStream program = new();
        Assert.True(BlockProgram.Compile(Page, sample).Emit(program, cancellationToken: TestContext.Current.CancellationToken).Success);
        MethodInfo entry = Assembly.Load(program.ToArray()).EntryPoint!;
        TextWriter console = Console.Out;
        using StringWriter output = new();
        Console.SetOut(output);
        try
        {
            entry.Invoke(null, [Array.Empty<string>()]);
        }
        finally
        {
            Console.SetOut(console);
        }

        Assert.Equal(expected, output.ToString().TrimEnd());
    }
}
