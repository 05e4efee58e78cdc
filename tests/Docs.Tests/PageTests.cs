using System.Diagnostics;
using System.Text.RegularExpressions;
using Hops.TestSupport;

namespace Docs.Tests;

public sealed partial class PageTests
{
    [Fact]
    public void Every_decision_is_listed()
    {
        string list = Documentation.Read("docs/decisions/README.md");
        IEnumerable<string> decisions = Documentation.Pages.Where(static p => p.StartsWith("docs/decisions/", StringComparison.Ordinal));
        foreach (string page in decisions.Where(static p => !p.EndsWith("README.md", StringComparison.Ordinal)))
        {
            Assert.Contains($"({Path.GetFileName(page)})", list, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_command_lines_page_has_the_options_and_exit_statuses_of_its_help()
    {
        Requires.Linux();
        string page = Documentation.Read("docs/command-line.md");
        string help = string.Concat((string[])
        [
            Help(), Help("watch"), Help("guard"), Help("lab"), Help("trace"), Help("calibrate"),
            .. ((string[])["enable", "disable", "status", "serve"]).Select(static verb => Help("system", verb)),
        ]);
        // The words after '--' belong to another program.
        help = WordsOfAnother().Replace(help, "");
        Assert.Equal(
            Options().Matches(help).Select(static m => m.Value).Distinct().Order(), Options().Matches(page).Select(static m => m.Value).Distinct().Order());
        foreach (Match option in Defaults().Matches(help))
        {
            Assert.Matches($@"{option.Groups[1].Value}\b.*\| {option.Groups[2].Value} \|", page);
        }

        foreach (int status in (int[])[0, 1, 2, 3, 4, 130, 143])
        {
            Assert.Matches($@"\b{status}\b", help[help.IndexOf("Exit status:", StringComparison.Ordinal)..]);
            Assert.Matches($@"\| (\d+, )?{status}(, \d+)? \|", page);
        }
    }

    [Fact]
    public void The_demo_works_without_the_internet()
    {
        Requires.Root();
        Requires.Program("iproute2", "ip");
        // A port without a server: the same as no way to the Internet.
        string output = Run(Path.Combine(Documentation.Repository, "demo.sh"), "--yes", "127.0.0.1:1");
        Assert.Contains("│ 30      │ IPv6   │ 30       │ 30 hops (TTL 34 of 64) │ right │", output, StringComparison.Ordinal);
        Assert.Matches(@"\[\+\] TTL distance to tcp4://127\.0\.0\.1:\d+ 127\.0\.0\.1:\d+ is 0 ", output);
        Assert.Matches(@"\[\+\] TTL distance to tcp6://\[::1\]:\d+ \[::1\]:\d+ is 0 ", output);
    }

    private static string Help(params string[] verb) =>
        Run(Path.Combine(AppContext.BaseDirectory.Replace("Docs.Tests", "Hops.Cli", StringComparison.Ordinal), "hops"), [.. verb, "--help"]);

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    [GeneratedRegex(@"(?m) -- .*$")]
    private static partial Regex WordsOfAnother();

    [GeneratedRegex(@"(?<![\w-])--[a-z][a-z-]+")]
    private static partial Regex Options();

    [GeneratedRegex(@"(--[a-z-]+) .*\[default: (\S+)\]")]
    private static partial Regex Defaults();
}
