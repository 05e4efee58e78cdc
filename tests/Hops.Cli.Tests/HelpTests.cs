using System.Text.RegularExpressions;
using Hops.Cli.Tests.Support;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

public sealed partial class HelpTests
{
    public HelpTests() => Requires.Linux();

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("measure --help")]
    [InlineData("--help example.com --nonsense")]
    public void Help_has_five_examples(string commandLine)
    {
        Outcome outcome = new HopsCommand().Run(commandLine.Split(' '));
        outcome.AssertStatus(0);
        Assert.Equal("", outcome.Errors);
        Assert.Equal(5, Section(outcome.Output, "Examples:").Count(static line => line.StartsWith("  hops ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Help_names_every_option_and_verb()
    {
        string source = string.Concat(Directory.GetFiles(Repository.File("src/Hops.Cli"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        string help = new HopsCommand().Run("--help").Output;
        string all = help
            + new HopsCommand().Run("watch", "--help").Output + new HopsCommand().Run("guard", "--help").Output + new HopsCommand().Run("lab", "--help").Output
            + new HopsCommand().Run("trace", "--help").Output + new HopsCommand().Run("system", "enable", "--help").Output;
        string[] options = [.. OptionInSource().Matches(source).Select(static m => m.Groups[1].Value).Distinct()];
        Assert.True(options.Length >= 15);
        Assert.All(options, option => Assert.Matches($@"(?m)^  (-\w, )?{option}(,| |$)", all));

        string[] verbs = [.. CommandLine.Verbs.Select(static verb => verb.Name)];
        Assert.Contains("lab", verbs);
        Assert.All(verbs, verb => Assert.Contains(Section(help, "Verbs:"), line => line.Contains(verb, StringComparison.Ordinal)));
    }

    [Fact]
    public void Help_names_every_exit_status()
    {
        string[] section = Section(new HopsCommand().Run("--help").Output, "Exit status:");
        Assert.All((int[])[0, 1, 2, 3, 4, 130, 143], status => Assert.Matches($@"\b{status}\b", string.Join('\n', section)));
    }

    [Fact]
    public void Defaults_are_shown_as_they_would_be_typed()
    {
        string help = string.Concat(CommandLine.Verbs.Select(static verb => new HopsCommand().Run(verb.Name, "--help").Output));
        Assert.Contains("[default: 443]", help, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", help, StringComparison.Ordinal);
        Assert.DoesNotContain("[default: ]", help, StringComparison.Ordinal);
    }

    [Fact]
    public void The_examples_of_the_help_are_good_usage()
    {
        // With --help behind them nothing is measured. Mistakes would go unnoticed too, so the words are looked at one by one.
        string help = new HopsCommand().Run("--help").Output;
        foreach (string example in Section(help, "Examples:").Where(static line => line.StartsWith("  hops ", StringComparison.Ordinal)))
        {
            IEnumerable<string> options = OptionInExample().Matches(example).Select(static m => m.Groups["option"].Value);
            Assert.All(options, option => Assert.Matches($@"(?m)^  (-\w, )?{option} ", help));
        }
    }

    [Fact]
    public void The_lab_has_help_of_its_own()
    {
        Outcome outcome = new HopsCommand().Run("lab", "--help");
        outcome.AssertStatus(0);
        Assert.Contains("hops lab [options]", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("--routers <N>", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("--min-hops", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("system --help", "  enable ", "  disable ", "  status ", "  serve ")]
    [InlineData("system enable --help", "hops system enable [options]", "--group <NAME>", "[default: hops]", "--everyone")]
    [InlineData("system disable --help", "hops system disable [options]")]
    [InlineData("system status --help", "hops system status [options]", "--json")]
    [InlineData("system serve --help", "hops system serve [options]", "--group <NAME>", "--everyone")]
    public void The_system_verbs_have_help_of_their_own(string commandLine, params string[] words)
    {
        Outcome outcome = new HopsCommand().Run(commandLine.Split(' '));
        outcome.AssertStatus(0);
        Assert.Equal("", outcome.Errors);
        Assert.All(words, word => Assert.Contains(word, outcome.Output, StringComparison.Ordinal));
        Assert.DoesNotContain("--min-hops", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(5, Section(outcome.Output, "Examples:").Length);
        Assert.Contains("4 refused", string.Join('\n', Section(outcome.Output, "Exit status:")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_version_is_that_of_the_assembly()
    {
        Outcome outcome = new HopsCommand().Run("--version");
        outcome.AssertStatus(0);
        Version version = typeof(CommandLine).Assembly.GetName().Version!;
        Assert.StartsWith(version.ToString(3), Assert.Single(outcome.Lines), StringComparison.Ordinal);
    }

    private static string[] Section(string help, string title) =>
        [.. help.Split('\n').SkipWhile(line => line.TrimEnd() != title).Skip(1).TakeWhile(static line => line.StartsWith(' '))];

    [GeneratedRegex(@"[^-\w](?<option>--?[a-z0-9-]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex OptionInExample();

    /// <summary>A string that is nothing but an option: <c>"--json"</c>, <c>"-q"</c>.</summary>
    [GeneratedRegex("\"(--?[a-z0-9][a-z-]*)\"")]
    private static partial Regex OptionInSource();
}
