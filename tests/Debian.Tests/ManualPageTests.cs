using System.Text.RegularExpressions;
using Hops.TestSupport;

namespace Debian.Tests;

/// <summary>hops(1) as <c>man</c> shows it.</summary>
public sealed partial class ManualPageTests(BuiltPackage package)
{
    [Fact]
    public void Man_finds_and_shows_it()
    {
        Requires.Program("man-db", "man");
        Assert.Equal("/usr/share/man/man1/hops.1.gz\n", package.Machine.Run("man", "-w", "hops"));
        string page = Page();
        Assert.All(page.Split('\n'), static line => Assert.InRange(line.Length, 0, 80));
        Assert.Equal(
            ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "TARGETS", "VERBS", "EXAMPLES", "EXIT STATUS", "ENVIRONMENT", "FILES", "SEE ALSO"],
            Title().Matches(page).Select(static m => m.Value));
        Assert.StartsWith("hops (1) ", package.Machine.Run("whatis", "hops"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("man-db", "man", "--warnings", "-E", "UTF-8", "-l")]
    [InlineData("groff-base", "groff", "-man", "-Tutf8", "-ww")]
    [InlineData("mandoc", "mandoc", "-T", "lint")]
    public void No_formatter_has_anything_to_say_against_it(string requires, string program, params string[] arguments)
    {
        string page = Path.Combine(package.Folder("page"), "hops.1");
        File.WriteAllText(page, package.Machine.Run("zcat", "/usr/share/man/man1/hops.1.gz"));
        (int status, string output, string errors) = Command.Try(Requires.Program(requires, program), [.. arguments, page]);
        Assert.Equal((0, ""), (status, errors));
        if (program == "mandoc")
        {
            Assert.Equal("", output);
        }
    }

    [Theory]
    [MemberData(nameof(Help.Verbs), MemberType = typeof(Help))]
    public void It_has_every_option_of_the_help(string verb)
    {
        string[] options = Help.Options(Help.Of(package.Machine, verb));
        Assert.Contains("--help", options);
        Assert.Equal([], Missing(options, verb, Page()));
    }

    [Fact]
    public void An_option_that_the_page_lacks_is_noticed()
    {
        string page = Page();
        Assert.Equal(["--count", "-q"], Missing(["--json", "--count", "-q", "--quiet"], "measure", page.Replace("--count", "--county").Replace("-q, ", "")));
        // Another verb's does not count.
        Assert.Equal(["--everyone"], Missing(["--everyone", "--json"], "system status", page));
    }

    [Fact]
    public void It_has_the_examples_and_exit_statuses_of_the_help()
    {
        string page = Page();
        foreach (string verb in Help.Verbs.Select(static row => row.Data))
        {
            string help = Help.Of(package.Machine, verb);
            Assert.All(
                Example().Matches(help.Split("Examples:")[1]).Select(static m => m.Groups[1].Value),
                example => Assert.Contains($"\n       {example}\n", page, StringComparison.Ordinal));
            string statuses = verb == "measure"
                ? Part(page, "EXIT STATUS").Split("\n   hops ")[0]
                : Part(page, "EXIT STATUS").Split($"\n   hops {verb.Split(' ')[0]}\n")[1].Split("\n   hops ")[0];
            foreach (Match status in Status().Matches(help.Split("Exit status:")[1]))
            {
                Assert.Matches($@"(?m)^       {status.Groups[1].Value}\b", statuses);
            }
        }
    }

    private static string[] Missing(IEnumerable<string> options, string verb, string page)
    {
        string[] words = verb.Split(' ');
        string part = Part(page, verb == "measure" ? "OPTIONS" : "VERBS");
        if (verb != "measure")
        {
            part = part.Split($"\n   hops {words[0]}\n")[1].Split("\n   hops ")[0];
            // A verb of the verb begins an entry, and ends where the next one begins.
            part = words.Length > 1 ? Regex.Split(part, $@"(?m)^       {words[1]}\b")[1] : part;
            part = words.Length > 1 ? Regex.Split(part, @"(?m)^       [a-z]+\b")[0] : part;
        }

        // These are every verb's.
        return [.. options.Where(option => !(verb != "measure" && option is "--help" or "-h") && !Regex.IsMatch(part, $@"(?m)^ +(-\w, )?{option}(,| |$)"))];
    }

    private static string Part(string page, string title) =>
        Regex.Split(page, $"(?m)^{title}$")[1] is var rest && Title().Match(rest) is { Success: true } next ? rest[..next.Index] : rest;

    private string Page() => package.Machine.Run("env", "-u", "MAN_KEEP_FORMATTING", "MANWIDTH=80", "LC_ALL=C.UTF-8", "MANPAGER=cat", "man", "hops");

    [GeneratedRegex(@"(?m)^[A-Z][A-Z ]+$")]
    private static partial Regex Title();

    [GeneratedRegex(@"(?m)^  ((?:sudo |echo )?[a-z].*?) {4,}\S")]
    private static partial Regex Example();

    [GeneratedRegex(@"(?:^| {2,})(\d+(?:, \d+)?) [a-z]", RegexOptions.Multiline)]
    private static partial Regex Status();
}
