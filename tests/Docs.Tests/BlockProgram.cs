using Hops.TestSupport;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Docs.Tests;

/// <summary>A block of C# as the program that it is.</summary>
internal static class BlockProgram
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

    /// <summary>Whether a block is nothing but usings that the other blocks of its page share.</summary>
    public static bool IsUsings(string text) => text.Split('\n').All(static line => line.StartsWith("global using ", StringComparison.Ordinal));

    public static CSharpCompilation Compile(string page, string text)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        string[] assemblies = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':')];
        string[] usings = [.. Documentation.Blocks("csharp").Where(b => b.Page == page && IsUsings(b.Text)).Select(static b => b.Text)];
        return CSharpCompilation.Create(
            "block",
            [.. usings.Append(ImplicitUsings).Append(text).Select(t => CSharpSyntaxTree.ParseText(t, cancellationToken: cancel))],
            assemblies.Select(static path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
    }

    /// <summary>Runs it in a network of its own, with a <c>/sys/fs/bpf</c> of its own.</summary>
    /// <returns>What it printed.</returns>
    public static string Run(string page, string text)
    {
        string folder = Directory.CreateTempSubdirectory("block-").FullName;
        try
        {
            using (FileStream program = File.Create(Path.Combine(folder, "block.dll")))
            {
                Assert.True(Compile(page, text).Emit(program, cancellationToken: TestContext.Current.CancellationToken).Success);
            }

            File.Copy(Path.Combine(AppContext.BaseDirectory, "Ebpf.dll"), Path.Combine(folder, "Ebpf.dll"));
            File.Copy(Path.Combine(AppContext.BaseDirectory, "Docs.Tests.runtimeconfig.json"), Path.Combine(folder, "block.runtimeconfig.json"));
            Requires.Program("iproute2", "ip");
            const string Script = "ip link set lo up && mount -t bpf bpf /sys/fs/bpf && exec dotnet \"$1\" 2>&1";
            return Command.Run("unshare", "--net", "--mount", "sh", "-c", Script, "sh", Path.Combine(folder, "block.dll"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
