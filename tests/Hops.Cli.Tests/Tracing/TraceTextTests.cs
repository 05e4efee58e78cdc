using System.Diagnostics;
using System.Text.RegularExpressions;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Tracing;

/// <summary>Tests the text of a trace.</summary>
public sealed partial class TraceTextTests
{
    public TraceTextTests() => Requires.Root();

    [Fact]
    public void A_line_has_address_way_back_times_and_name()
    {
        using RoutedLab lab = RoutedLab.Row("r1", "r2");
        using LabServer server = LabServer.Start(lab[RoutedLab.Server], 443);
        using PrivateNames names = new("198.18.0.2 gate.example", "198.18.2.2 far.example");
        Outcome outcome = (lab.Hops with { Through = names.Through }).Run("trace", "far.example");
        outcome.AssertStatus(0);
        Assert.Equal("", outcome.Errors);
        Assert.Equal(
            [
                "far.example (198.18.2.2:443)",
                "TTL  ADDRESS     BACK    LAST  MIN ms",
                "  1  198.18.0.2     0     0.0     0.0  gate.example",
                "  2  198.18.1.2     1     0.0     0.0",
                "  3  198.18.2.2           0.0     0.0  far.example  answers",
                "[+] There 2 routers, back 2 (socket-filter).",
                "The target is not a router: mtr and traceroute count it, too, and end with line 3.",
            ],
            outcome.Lines.Select(static line => Time().Replace(line, static match => "0.0".PadLeft(match.Length))));
    }

    [Theory]
    [InlineData("-4 -p 8080 both.example", "198.18.1.2:8080")]
    [InlineData("-6 --port 8080 both.example", "[2001:db8:1::2]:8080")]
    [InlineData("-6 https://both.example/page", "[2001:db8:1::2]:443")]
    [InlineData("tcp4://both.example:8080", "198.18.1.2:8080")]
    public void Family_and_port_are_those_of_options_and_target(string words, string endPoint)
    {
        using RoutedLab lab = RoutedLab.Row("r1");
        using LabServer usual = LabServer.Start(lab[RoutedLab.Server], 443);
        using LabServer other = LabServer.Start(lab[RoutedLab.Server], 8080);
        using PrivateNames names = new("198.18.1.2 both.example", "2001:db8:1::2 both.example");
        Outcome outcome = (lab.Hops with { Through = names.Through }).Run(["trace", "--no-names", "--probes", "1", .. words.Split(' ')]);
        outcome.AssertStatus(0);
        Assert.Equal($"{words.Split(' ')[^1]} ({endPoint})", outcome.Lines[0]);
        Assert.Equal("[+] There 1 router, back 1 (socket-filter).", outcome.Lines[^2]);
    }

    [Fact]
    public void A_narrow_terminal_breaks_no_word()
    {
        Requires.Program("bsdutils", "script");
        using RoutedLab lab = RoutedLab.Row("r1", "r2");
        using LabServer server = LabServer.Start(lab[RoutedLab.Server], 443);
        using PrivateNames names = new("198.18.0.2 a-gate-with-a-long-name.example");
        HopsCommand script = lab.Hops with { Program = "script", Through = names.Through };
        Outcome outcome = script.Run("-qec", "stty cols 40 rows 50; \"$HOPS\" trace 198.18.2.2", "/dev/null");
        outcome.AssertStatus(0);
        string[] lines = [.. outcome.Lines.Select(static line => Sequence().Replace(line, "").TrimEnd('\r'))];
        Assert.All(lines, static line => Assert.InRange(line.Length, 1, 40));
        string[] words = [.. lines.SelectMany(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        Assert.Contains("a-gate-with-a-long-name.example", words);
        Assert.Contains("(socket-filter).", words);
        Assert.Equal("The target is not a router: mtr and traceroute count it, too, and end with line 3.", string.Join(' ', words[^17..]));
    }

    [Theory]
    [InlineData("far.example", "  far.example  refuses")]
    [InlineData("\e[31mred.example", "  refuses")]
    public void A_name_is_that_of_a_host_or_none(string name, string end)
    {
        using ReverseNameServer server = new(name);
        Outcome outcome = server.Hops.Run("trace", "127.0.0.1:1");
        Assert.EndsWith(end, outcome.Lines[2], StringComparison.Ordinal);
        Assert.DoesNotContain('\e', outcome.Output);
        Assert.Equal(1, server.Questions);

        Assert.EndsWith("  refuses", server.Hops.Run("trace", "--no-names", "127.0.0.1:1").Lines[2], StringComparison.Ordinal);
        Assert.Equal(1, server.Questions);
    }

    [Fact]
    public void A_silent_name_server_holds_up_a_trace_for_two_seconds()
    {
        using ReverseNameServer server = new(null);
        long start = Stopwatch.GetTimestamp();
        Outcome outcome = server.Hops.Run("trace", "127.0.0.1:1");
        // The resolver itself would take 10.
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 2, 8);
        Assert.EndsWith("  refuses", outcome.Lines[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RunningCommand.SigInt, 130)]
    [InlineData(RunningCommand.SigTerm, 143)]
    public void A_signal_ends_it_and_what_is_known_is_printed(int signal, int status)
    {
        using RoutedLab lab = RoutedLab.Row("r1", "r2", "r3");
        using LabServer server = LabServer.Start(lab[RoutedLab.Server], 443);
        lab.Filter("r2", "output", "icmp type time-exceeded drop");
        // A shell's background jobs ignore SIGINT, and so do these tests then, and whom they start.
        using RunningCommand running = (lab.Hops with { Through = ["env", "--default-signal=INT"] })
            .Start("trace", "--no-names", "--timeout", "60", $"{lab.Address("server", "r3")}");
        running.WaitUntil(_ => Connecting(lab[RoutedLab.Client]) == 3);
        running.Signal(signal);
        Outcome outcome = running.Wait();
        outcome.AssertStatus(status);
        Assert.Equal(["1", "2", "3", "4"], outcome.Lines[2..^2].Select(static line => line[..3].Trim()));
        Assert.Equal("[+] There 3 routers, back 3 (socket-filter).", outcome.Lines[^2]);
    }

    [Theory]
    [InlineData("trace", "no target given")]
    [InlineData("trace -4 -6 192.0.2.1", "-4 and -6 exclude each other")]
    [InlineData("trace --one-path udp4://192.0.2.1", "--one-path is for TCP only")]
    [InlineData("trace a b", "unexpected word 'b'")]
    [InlineData("trace --probes 11 a", "--probes takes a number from 1 to 10, not '11'")]
    [InlineData("trace --max-hops 256 a", "--max-hops takes a number from 1 to 255, not '256'")]
    [InlineData("trace a/b", "'a/b' is not a target: only http and https take a path")]
    public void Wrong_usage_is_told(string words, string message)
    {
        Outcome outcome = new HopsCommand().Run(words.Split(' '));
        outcome.AssertStatus(2);
        Assert.StartsWith($"hops: {message}", outcome.Errors, StringComparison.Ordinal);
        Assert.EndsWith(" (see 'hops trace --help')\n", outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_does_not_resolve_is_a_failure()
    {
        using PrivateNames names = new();
        HopsCommand hops = new() { Through = names.Through };
        Outcome text = hops.Run("trace", "nowhere.example");
        text.AssertStatus(1);
        Assert.StartsWith("[!] nowhere.example: ", Assert.Single(text.ErrorLines), StringComparison.Ordinal);
        Outcome json = hops.Run("trace", "--json", "nowhere.example");
        json.AssertStatus(1);
        Assert.Equal("unresolved", TraceTests.Text(TraceTests.TraceOf(json), "error"));
    }

    /// <summary>How many sockets wait for the answer to a SYN.</summary>
    internal static int Connecting(NetworkNamespace network) => States(network, "tcp").Count(static state => state == "02");

    /// <summary>The states of all TCP sockets (proc_net_tcp).</summary>
    internal static string[] States(NetworkNamespace network, string table) =>
        network.Run(() => File.ReadAllLines($"/proc/thread-self/net/{table}")[1..]
            .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3]).ToArray());

    [GeneratedRegex(@"(?<= )\d+\.\d(?= |$)")]
    private static partial Regex Time();

    [GeneratedRegex(@"\x1b\[[?0-9;]*[A-Za-z]")]
    private static partial Regex Sequence();
}
