using System.Text.RegularExpressions;
using Hops.Cli.Tests.Support;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary>Tests the output on a terminal, a pseudo-terminal made by <c>script</c>.</summary>
public sealed partial class TerminalTests : IDisposable
{
    private readonly SilentNetwork _network;
    private readonly string _folder;

    public TerminalTests()
    {
        Requires.Root();
        Requires.Program("bsdutils", "script");
        _network = new SilentNetwork();
        _folder = Directory.CreateTempSubdirectory("hops-terminal-").FullName;
    }

    /// <summary>Enough for a progress bar, and one that is slow enough to see it.</summary>
    private string ManyTargets => $"--timeout 0.5 {string.Join(' ', Enumerable.Repeat(_network.Good, 8))} {SilentNetwork.Silent()}";

    public void Dispose()
    {
        _network.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_terminal_shows_colour_and_a_progress_bar_for_many_targets()
    {
        string shown = OnTerminal(ManyTargets).Output;
        Assert.Matches(Style(), shown);
        Assert.Contains(" of 9", shown, StringComparison.Ordinal);
        Assert.Contains("━", shown, StringComparison.Ordinal);
        Assert.Equal(8, Plain(shown).Split(" hops away (").Length - 1);
        Assert.Contains("9 results, 8 measured", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Few_targets_have_colour_and_no_progress_bar()
    {
        string shown = OnTerminal($"{_network.Good} {_network.Refusing}").Output;
        Assert.Matches(Style(), shown);
        Assert.DoesNotContain("━", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void NO_COLOR_is_honoured()
    {
        string shown = OnTerminal(ManyTargets, ("NO_COLOR", "1")).Output;
        Assert.DoesNotMatch(Style(), shown);
        Assert.Equal(8, Plain(shown).Split(" hops away (").Length - 1);
    }

    [Fact]
    public void Quiet_shows_no_progress_bar_and_no_messages()
    {
        Outcome outcome = OnTerminal($"--quiet {ManyTargets}");
        outcome.AssertStatus(1);
        Assert.DoesNotContain("━", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("[!]", Plain(outcome.Output), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--json")]
    public void What_is_no_terminal_gets_no_escape_sequence(string option)
    {
        Outcome outcome = _network.Hops.Run([.. option.Split(' ', StringSplitOptions.RemoveEmptyEntries), .. ManyTargets.Split(' ')]);
        Assert.DoesNotContain('\u001b', outcome.Output + outcome.Errors);
        Assert.DoesNotContain('\r', outcome.Output + outcome.Errors);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--json")]
    public void A_file_gets_plain_results_while_the_terminal_shows_progress(string option)
    {
        string file = Path.Combine(_folder, "results");
        Outcome outcome = OnTerminal($"{option} {ManyTargets} > {file}");
        Assert.Contains("━", outcome.Output, StringComparison.Ordinal);
        string results = File.ReadAllText(file);
        Assert.DoesNotContain('\u001b', results);
        Assert.Equal(option.Length == 0 ? 8 : 9, results.Count('\n'));
    }

    [Fact]
    public void JSON_on_a_terminal_is_not_coloured_or_wrapped()
    {
        Outcome outcome = OnTerminal($"--json {_network.Good}", columns: 40);
        Assert.DoesNotMatch(Style(), outcome.Output);
        Assert.StartsWith("{", Plain(Assert.Single(outcome.Lines)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_is_one_line_on_a_narrow_terminal_too()
    {
        Outcome outcome = OnTerminal($"--verbose {_network.Good}", columns: 40);
        outcome.AssertStatus(0);
        Assert.Single(outcome.Lines);
    }

    private Outcome OnTerminal(string commandLine, (string Name, string Value)? variable = null, int columns = 200)
    {
        Dictionary<string, string> variables = variable is { } one ? new() { [one.Name] = one.Value } : [];
        HopsCommand script = _network.Hops with { Program = "script", Variables = variables };
        return script.Run("-qec", $"stty cols {columns} rows 50; \"$HOPS\" {commandLine}", "/dev/null");
    }

    private static string Plain(string shown) => AnySequence().Replace(shown, "");

    /// <summary>SGR, "select graphic rendition": colour and the like (ECMA-48, 8.3.117).</summary>
    [GeneratedRegex(@"\x1b\[[0-9;]*m")]
    private static partial Regex Style();

    [GeneratedRegex(@"\x1b(\[[?0-9;]*[A-Za-z]|=|>)")]
    private static partial Regex AnySequence();
}
