using System.Text.RegularExpressions;
using Hops.TestSupport;

namespace Samples.Tests;

/// <summary>The first three lines of a sample say what it does, how to build it and how to start it.</summary>
public sealed class FirstLinesTests
{
    public static TheoryData<string> Samples =>
        [.. Directory.GetDirectories(Folder).Select(static folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(Sample.Repository, "samples");

    [Fact]
    public void There_are_samples() => Assert.True(Samples.Count > 10);

    [Theory]
    [MemberData(nameof(Samples))]
    public void Say_what_it_does_and_how_to_build_and_start_it(string name)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Folder, name, name + ".cs"));
        Assert.Matches(@"^// [A-Z].*\.$", lines[0]);
        Assert.Equal($"//     dotnet build samples/{name}", lines[1]);
        Assert.Matches($@"^//     (sudo |printf .*\| )?artifacts/bin/{name}/debug/{name} ", lines[2]);
        Assert.Equal("", lines[3]);
        Assert.True(File.Exists(Sample.PathOf(name)), $"{name} was not built there.");
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Are_repeated_in_the_list_of_samples(string name)
    {
        string first = Regex.Escape(File.ReadLines(Path.Combine(Folder, name, name + ".cs")).First()["// ".Length..]);
        Assert.Matches($@"(?m)^\| \[{name}\]\({name}/.*\) \| {first} \|$", File.ReadAllText(Path.Combine(Folder, "README.md")));
    }

    [Fact]
    public void Of_the_assembler_print_the_text_that_was_assembled()
    {
        string line = File.ReadLines(Path.Combine(Folder, "EbpfAsm", "EbpfAsm.cs")).ElementAt(2)["//     ".Length..];
        string listing = Command.Run("env", "--chdir=" + Sample.Repository, "sh", "-c", line);
        Assert.Contains("r0 = 0\n", listing, StringComparison.Ordinal);
        Assert.Contains("exit\n", listing, StringComparison.Ordinal);
    }
}
