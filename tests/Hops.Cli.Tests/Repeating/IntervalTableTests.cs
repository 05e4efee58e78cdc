using System.Net.Sockets;
using System.Text.RegularExpressions;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Repeating;

/// <summary><c>hops --interval</c> on a pseudo-terminal made by <c>script</c>: what stands on the screen, and what stays there.</summary>
public sealed partial class IntervalTableTests : IDisposable
{
    private const char CtrlC = '\u0003';

    private readonly LabNetwork _lab;
    private readonly LabServer _server;
    private readonly string _folder;

    public IntervalTableTests()
    {
        Requires.Root();
        Requires.Program("bsdutils", "script");
        _lab = LabNetwork.Create(1);
        _server = LabServer.Start(_lab.Server);
        _folder = Directory.CreateTempSubdirectory("hops-interval-").FullName;
    }

    private string Host => $"{_lab.ServerAddress(AddressFamily.InterNetwork)}";

    private string Good => $"{Host}:{_server.Port}";

    private string TerminalFile => Path.Combine(_folder, "tty");

    public void Dispose()
    {
        _server.Dispose();
        _lab.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(40, "TARGET LAST CHANGES LOSS", "1 0 0%", "- 0 100%")]
    [InlineData(80, "TARGET LAST MIN MAX CHANGES SENT LOSS MS ERROR", @"1 1 1 0 \d+ 0% \d+\.\d{3}", @"- 0 \d+ 100% refused")]
    [InlineData(200, "TARGET LAST MIN MAX CHANGES SENT LOSS MS ERROR", @"1 1 1 0 \d+ 0% \d+\.\d{3}", @"- 0 \d+ 100% refused")]
    public void It_fits_the_terminal(int columns, string heading, string measured, string refused)
    {
        using RunningCommand running = Start(columns, 24, $"--interval 0.3 {Good} {Host}:1");
        running.WaitUntil(r => Cells(Screen(r, columns)) is var lines && IsRow(lines[2], Good, measured) && IsRow(lines[3], $"{Host}:1", refused));
        TerminalScreen screen = Screen(running, columns);
        string[] cells = Cells(screen);
        Assert.Equal(0, screen.Overflows);
        Assert.True(screen.IsAlternate);
        Assert.StartsWith("2 targets, every 0.3 s", cells[0], StringComparison.Ordinal);
        Assert.Equal(heading, cells[1]);
        Assert.Equal("Ctrl-C ends", cells[22]);
        Assert.Equal("", cells[23]);
        Press(running, CtrlC);
        Outcome outcome = running.Wait();
        outcome.AssertStatus(1);
        TerminalScreen left = TerminalScreen.After(outcome.Output, columns, 24);
        Assert.False(left.IsAlternate);
        Assert.True(left.ShowsCursor);
        // Lines may be folded.
        Assert.Matches(
            $@"{Regex.Escape(Good)}:\d+attempts?:1hop\d+times?.*{Regex.Escape(Host)}:1:\d+attempts?:refused\d+times?;100%withoutadistance",
            string.Concat(left.Lines).Replace(" ", "", StringComparison.Ordinal));
    }

    [Fact]
    public void A_change_shows_in_the_table()
    {
        using RunningCommand running = Start(80, 24, $"--interval 0.2 {Good}");
        running.WaitUntil(r => IsRow(Cells(Screen(r))[2], Good, @"1 1 1 0 \d+ 0% \S+"));
        _lab.SetServerInitialTtl(60);
        running.WaitUntil(r => IsRow(Cells(Screen(r))[2], Good, @"5 1 5 1 \d+ 0% \S+"));
        // 63 - 1 of 64 would be far, and 33 - 1 of 32 is nothing that a system starts with.
        _lab.SetServerInitialTtl(33);
        running.WaitUntil(r => IsRow(Cells(Screen(r))[2], Good, @"0\? 1 5 2 \d+ 0% \S+"));
        Press(running, CtrlC);
        Outcome outcome = running.Wait();
        outcome.AssertStatus(0);
        Assert.Contains("0 hops (implausible)", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void It_follows_the_size_of_the_terminal()
    {
        using RunningCommand running = Start(160, 40, $"--interval 0.3 {Good}");
        running.WaitUntil(static r => Screen(r, 160, 40).Lines[38] == "Ctrl-C ends");
        foreach ((int columns, int rows) in new[] { (40, 12), (100, 8), (20, 5), (8, 3) })
        {
            Command.Run("stty", "-F", File.ReadAllText(TerminalFile).Trim(), "cols", $"{columns}", "rows", $"{rows}");
            running.WaitUntil(r => TerminalScreen.SinceCleared(r.Output, columns, rows) is { Overflows: 0 } screen
                && screen.Lines[1].StartsWith("TARGET", StringComparison.Ordinal)
                && (rows == 3 || screen.Lines[rows - 2] == (columns < 11 ? "Ctrl-C e…" : "Ctrl-C ends"))
                && screen.Lines[rows - 1].Length == 0);
        }

        Press(running, CtrlC);
        running.Wait().AssertStatus(0);
    }

    [Fact]
    public void Of_more_targets_than_lines_those_with_news_come_first()
    {
        using LabServer server = LabServer.Start(_lab.Client);
        string file = Path.Combine(_folder, "targets");
        File.WriteAllLines(file, [.. Enumerable.Range(1, 60).Select(i => $"127.0.0.{i}:{server.Port}"), "127.0.0.61:1"]);
        using RunningCommand running = Start(80, 14, $"--interval 1 --input {file}");
        running.WaitUntil(static r => Cells(Screen(r, 80, 14)) is var lines
            && IsRow(lines[2], "127.0.0.61:1", @"- 0 \d+ 100% refused")
            && lines[11] == "and 52 more");
        Assert.Equal(0, Screen(running, 80, 14).Overflows);
        Press(running, CtrlC);
        Outcome outcome = running.Wait();
        outcome.AssertStatus(1);
        Assert.Contains("60 more targets: measured each time, without a change", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Killed_it_leaves_a_terminal_that_can_be_used()
    {
        HopsCommand script = new() { At = _lab.Client, Program = "script", Input = null };
        string command = $"stty cols 80 rows 24; \"$HOPS\" --interval 0.3 {Good} & wait $!; stty -a; echo over";
        using RunningCommand running = script.Start("-qec", command, "/dev/null");
        running.WaitUntil(r => IsRow(Cells(Screen(r))[2], Good, @"1 1 1 0 \d+ 0% \S+"));
        string shell = File.ReadAllText($"/proc/{running.Id}/task/{running.Id}/children").Trim();
        string hops = File.ReadAllText($"/proc/{shell}/task/{shell}/children").Trim();
        Command.Run("kill", "-KILL", hops);
        Outcome outcome = running.Wait();
        Assert.Contains("over", outcome.Output, StringComparison.Ordinal);
        Assert.All(["icanon", "echo", "isig", "opost"], mode => Assert.Matches($@"[^-]\b{mode}\b", outcome.Output));
    }

    [Fact]
    public void NO_COLOR_is_honoured()
    {
        using RunningCommand running = Start(80, 24, $"--interval 0.3 {Good} {Host}:1", ("NO_COLOR", "1"));
        running.WaitUntil(r => IsRow(Cells(Screen(r))[3], $"{Host}:1", @"- 0 \d+ 100% refused"));
        Press(running, CtrlC);
        Assert.DoesNotMatch(Style(), running.Wait().Output);
    }

    [Fact]
    public void A_target_that_would_steer_the_terminal_is_escaped()
    {
        string file = Path.Combine(_folder, "targets");
        File.WriteAllText(file, "\e[31mred\n");
        using RunningCommand running = Start(80, 24, $"--interval 0.3 --input {file}");
        running.WaitUntil(static r => IsRow(Cells(Screen(r))[2], @"\u001b[31mred", @"- 0 \d+ 100% invalid-target"));
        Press(running, CtrlC);
        Assert.DoesNotContain("\e[31mred", running.Wait().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--json")]
    [InlineData("--csv")]
    [InlineData("--quiet")]
    [InlineData("--verbose")]
    public void Lines_are_wanted_by_other_options(string option)
    {
        using RunningCommand running = Start(200, 24, $"{option} --interval 1 --count 2 {Good}");
        Outcome outcome = running.Wait();
        outcome.AssertStatus(0);
        Assert.False(Screen(running, 200).IsAlternate);
        Assert.DoesNotContain("Ctrl-C", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("?1049h", outcome.Output, StringComparison.Ordinal);
        Assert.True(outcome.Lines.Count(line => line.Contains(Good, StringComparison.Ordinal)) >= 2, outcome.Output);
    }

    private static TerminalScreen Screen(RunningCommand running, int columns = 80, int rows = 24) => TerminalScreen.After(running.Output, columns, rows);

    /// <summary>The lines, with one blank between cells.</summary>
    private static string[] Cells(TerminalScreen screen) => [.. screen.Lines.Select(static line => Blanks().Replace(line, " ").Trim())];

    private static bool IsRow(string line, string target, string rest) => Regex.IsMatch(line, $"^{Regex.Escape(target)} {rest}$");

    private static void Press(RunningCommand running, char key)
    {
        running.Input.Write(key);
        running.Input.Flush();
    }

    private RunningCommand Start(int columns, int rows, string commandLine, (string Name, string Value)? variable = null)
    {
        HopsCommand script = new()
        {
            At = _lab.Client,
            Program = "script",
            Input = null,
            Variables = variable is { } one ? new Dictionary<string, string> { [one.Name] = one.Value } : [],
        };
        return script.Start("-qec", $"tty >'{TerminalFile}'; stty cols {columns} rows {rows}; exec \"$HOPS\" {commandLine}", "/dev/null");
    }

    [GeneratedRegex(" +")]
    private static partial Regex Blanks();

    /// <summary>SGR that sets something, other than all back to normal.</summary>
    [GeneratedRegex(@"\x1b\[[1-9][0-9;]*m")]
    private static partial Regex Style();
}
