using Hops.TestSupport;

namespace Docs.Tests;

/// <summary>The steps of the first page have the promised results, as a project and as a single file.</summary>
public sealed class EbpfTutorialTests
{
    // Nothing of the build may outlive it.
    private const string NoServers =
        "export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1";

    /// <summary>Where the page has the checkout.</summary>
    private const string Checkout = "~/hops";

    private static string FirstProgram => Documentation.Blocks("csharp").First(static b => b.Page == EbpfPageTests.Page).Text;

    private static string Promise => Documentation.Blocks("text").First(static b => b.Page == EbpfPageTests.Page).Text;

    [Fact]
    public void The_first_program_can_be_built_and_run_as_the_page_says()
    {
        Requires.Root();
        string[] steps = [.. Documentation.Blocks("bash").Where(static b => b.Page == EbpfPageTests.Page).Select(static b => b.Text)];
        Assert.Equal(2, steps.Length);
        string output = InTemporaryFolder(folder =>
        {
            Run(folder, steps[0]);
            File.WriteAllText(Path.Combine(folder, "first", "Program.cs"), FirstProgram);
            return Run(folder, steps[1]);
        });
        Assert.EndsWith($"\n{Promise}\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_program_runs_as_a_single_file()
    {
        Requires.Root();
        string directive = Documentation.AllBlocks()
            .Single(static b => b.Page == EbpfPageTests.Page && b.Text.StartsWith("#:project", StringComparison.Ordinal))
            .Text;
        string output = InTemporaryFolder(folder =>
        {
            string own = directive.Replace(Checkout, Documentation.Repository.TrimEnd('/'), StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(folder, "first.cs"), $"{own}\n{FirstProgram}");
            // The folder of the build: by default it would be beside the user's own files.
            return Run(folder, "export XDG_DATA_HOME=$PWD\nsudo dotnet run first.cs");
        });
        Assert.EndsWith($"{Promise}\n", output, StringComparison.Ordinal);
    }

    private static string InTemporaryFolder(Func<string, string> body)
    {
        string folder = Directory.CreateTempSubdirectory("tutorial-").FullName;
        try
        {
            return body(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Runs a script of bash as root, who needs no sudo.</summary>
    private static string Run(string folder, string script) =>
        Command.Run(
            "bash",
            "-ec",
            $"cd \"$1\"\n{NoServers}\nsudo() {{ \"$@\"; }}\n{script.Replace(Checkout, "\"$2\"", StringComparison.Ordinal)}",
            "bash",
            folder,
            Documentation.Repository.TrimEnd('/'));
}
