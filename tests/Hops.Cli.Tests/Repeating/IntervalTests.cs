using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Repeating;

/// <summary><c>hops --interval</c> where no terminal shows a table: results, their summary, and how it ends.</summary>
public sealed partial class IntervalTests : IDisposable
{
    private const int SigTerm = RunningCommand.SigTerm;

    private readonly LabNetwork _lab;
    private readonly LabServer _server;

    public IntervalTests()
    {
        Requires.Root();
        _lab = LabNetwork.Create(1);
        _server = LabServer.Start(_lab.Server);
    }

    private HopsCommand Hops => new() { At = _lab.Client };

    private string Good => $"{_lab.ServerAddress(AddressFamily.InterNetwork)}:{_server.Port}";

    public void Dispose()
    {
        _server.Dispose();
        _lab.Dispose();
    }

    [Fact]
    public void A_distance_that_changes_is_one_change()
    {
        using RunningCommand running = Hops.Start("--interval", "0.1", Good);
        WaitForLines(running, 3);
        // As if there were four more routers.
        _lab.SetServerInitialTtl(60);
        int before = running.Output.Count('\n');
        WaitForLines(running, before + 3);
        running.Signal(RunningCommand.SigInt);
        Outcome outcome = running.Wait();
        outcome.AssertStatus(0);
        Match summary = Changed().Match(Assert.Single(outcome.ErrorLines));
        Assert.True(summary.Success, outcome.Errors);
        int[] times = [.. summary.Groups["times"].Captures.Select(static times => int.Parse(times.ValueSpan, CultureInfo.InvariantCulture))];
        Assert.Equal(["1 hop", "5 hops"], summary.Groups["hops"].Captures.Select(static hops => hops.Value).Order(StringComparer.Ordinal));
        Assert.Equal(outcome.Lines.Length, times.Sum());
        Assert.Equal(outcome.Lines.Length, Number(summary, "sent"));
        Assert.Equal("1", summary.Groups["changes"].Value);
    }

    [Fact]
    public void Loss_is_the_share_of_attempts_without_a_distance()
    {
        Requires.Program("nftables", "nft");
        using RunningCommand running = Hops.Start("--interval", "0.3", "--timeout", "0.2", Good);
        WaitForLines(running, 2);
        _lab.Server.Run(() => Command.Run(
            "nft", "add table inet loss; add chain inet loss arriving { type filter hook input priority 0; }; add rule inet loss arriving tcp flags syn drop"));
        running.WaitUntil(static r => r.Errors.Count('\n') >= 2);
        _lab.Server.Run(() => Command.Run("nft", "delete table inet loss"));
        WaitForLines(running, running.Output.Count('\n') + 2);
        running.Signal(RunningCommand.SigInt);
        Outcome outcome = running.Wait();
        outcome.AssertStatus(1);
        Match summary = Loss().Match(outcome.ErrorLines[^1]);
        Assert.True(summary.Success, outcome.Errors);
        int lost = outcome.ErrorLines.Length - 1;
        int sent = outcome.Lines.Length + lost;
        Assert.Equal((sent, outcome.Lines.Length, lost), (Number(summary, "sent"), Number(summary, "measured"), Number(summary, "lost")));
        Assert.Equal(Math.Round(100.0 * lost / sent), Number(summary, "percent"));
    }

    [Fact]
    public void Each_round_measures_all_targets_and_after_the_last_it_ends()
    {
        Outcome outcome = Hops.Run("--interval", "1", "--count", "3", "--json", Good, $"tcp4://{Good}", Good);
        outcome.AssertStatus(0);
        Assert.Equal("", outcome.Errors);
        Assert.All(outcome.Json, JsonContract.AssertKept);
        // The target that is there twice is measured once in a round.
        (string?, string?)[] measured = [.. outcome.Values("target").Zip(outcome.Values("attempt"))];
        Assert.Equal(
            from target in (string[])[Good, $"tcp4://{Good}"] from attempt in (string[])["1", "2", "3"] select ((string?)target, (string?)attempt),
            measured.Order());
    }

    [Fact]
    public void A_round_begins_every_interval()
    {
        Outcome outcome = Hops.Run("--interval", "0.5", "--count", "5", "--json", Good);
        outcome.AssertStatus(0);
        DateTimeOffset[] times = [.. outcome.Values("time").Select(static time => DateTimeOffset.Parse(time!, CultureInfo.InvariantCulture))];
        string?[] attempts = outcome.Values("attempt");
        // The first one is slow. A pause never ends early, and an answer over a lab is there within milliseconds, or late.
        Assert.Equal("5", attempts[^1]);
        Assert.True(times[^1] - times[0] > TimeSpan.FromSeconds(0.5 * (5 - int.Parse(attempts[0]!, CultureInfo.InvariantCulture)) - 1));
    }

    [Fact]
    public void Where_the_interval_is_too_short_for_all_targets_each_is_measured_as_often_as_the_others()
    {
        using LabServer server = LabServer.Start();
        string[] targets = [.. Enumerable.Range(1, 8).Select(i => $"127.0.0.{i}:{server.Port}")];
        Outcome outcome = new HopsCommand().Run(["--interval", "0.5", "--count", "6", "--rate", "4", .. targets]);
        outcome.AssertStatus(0);
        Match[] summaries = [.. outcome.ErrorLines.Select(static line => Skipped().Match(line))];
        Assert.Equal(targets, summaries.Select(static summary => summary.Groups["target"].Value));
        // Six rounds are over after three seconds, and eight targets take two.
        int sent = Number(summaries[0], "sent");
        Assert.InRange(sent, 1, 2);
        Assert.All(summaries, summary => Assert.Equal((sent, 6 - sent), (Number(summary, "sent"), Number(summary, "skipped"))));
        Assert.Equal(8 * sent, outcome.Lines.Length);
    }

    [Fact]
    public void A_silent_target_holds_nothing_up_and_is_not_measured_twice_at_once()
    {
        string silent = SilentNetwork.Silent();
        using RunningCommand running = Hops.Start("--interval", "0.2", "--timeout", "60", silent, Good);
        WaitForLines(running, 5);
        running.Signal(RunningCommand.SigInt);
        Outcome outcome = running.Wait();
        outcome.AssertStatus(0);
        Assert.Matches($@"^{Regex.Escape(silent)}: 0 attempts; \d+ rounds skipped$", outcome.ErrorLines[0]);
        Assert.StartsWith($"{Good}: {outcome.Lines.Length} attempts: 1 hop {outcome.Lines.Length} times", outcome.ErrorLines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_is_looked_up_each_time()
    {
        using PrivateNames names = new("198.18.0.2 moving.example");
        using LabServer near = LabServer.Start(_lab.HostAt(0), _server.Port);
        using RunningCommand running = (Hops with { Through = names.Through }).Start("--json", "--interval", "0.1", $"moving.example:{_server.Port}");
        WaitForLines(running, 2);
        names.Set($"{_lab.ServerAddress(AddressFamily.InterNetwork)} moving.example");
        running.WaitUntil(static r => r.Output.Contains("\"hops\":1", StringComparison.Ordinal));
        Assert.Contains("\"hops\":0", running.Output, StringComparison.Ordinal);
        running.Signal(SigTerm);
        running.Wait().AssertStatus(0);
    }

    [Theory]
    [InlineData(RunningCommand.SigInt, "", 0)]
    [InlineData(SigTerm, "", 0)]
    [InlineData(SigTerm, "--min-hops 2", 3)]
    [InlineData(RunningCommand.SigInt, "--count 1000", 130)]
    [InlineData(SigTerm, "--count 1000", 143)]
    public void A_signal_is_the_end_of_a_run_that_has_no_other(int signal, string options, int status)
    {
        using RunningCommand running = Hops.Start(["--interval", "3600", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), Good]);
        WaitForLines(running, 1);
        running.Signal(signal);
        Outcome outcome = running.Wait();
        outcome.AssertStatus(status);
        Assert.Equal($"{Good}: 1 attempt: 1 hop 1 time", Assert.Single(outcome.ErrorLines));
    }

    [Fact]
    public void A_signal_before_the_first_result_is_an_interruption()
    {
        using RunningCommand running = (Hops with { Input = null }).Start("--interval", "1", "--timeout", "60", "--input", "-");
        running.Input.WriteLine(Good);
        running.Input.Flush();
        running.WaitUntil(static r => Command.Try("sh", "-c", $"cat /proc/{r.Id}/task/*/comm").Output.Contains("measure", StringComparison.Ordinal));
        running.Signal(RunningCommand.SigInt);
        running.Wait().AssertStatus(130);
    }

    [Fact]
    public void A_closed_pipe_ends_it()
    {
        using LabServer server = LabServer.Start();
        Outcome outcome = HopsCommand.Shell($"\"$HOPS\" --interval 0.1 127.0.0.1:{server.Port} | head -n 2; echo \"${{PIPESTATUS[0]}}\"");
        Assert.Equal("141", outcome.Lines[^1]);
        Assert.Equal("", outcome.Errors);
    }

    [Fact]
    public void Quiet_has_results_only()
    {
        Outcome outcome = Hops.Run("--quiet", "--interval", "1", "--count", "2", Good, $"{_lab.ServerAddress(AddressFamily.InterNetwork)}:1");
        outcome.AssertStatus(1);
        Assert.Equal(2, outcome.Lines.Length);
        Assert.Equal("", outcome.Errors);
    }

    [Fact]
    public void Of_many_targets_those_without_a_change_have_one_line()
    {
        using LabServer server = LabServer.Start();
        string input = string.Concat(Enumerable.Range(1, 30).Select(i => $"127.0.0.{i}:{server.Port}\n"));
        Outcome outcome = new HopsCommand { Input = input }.Run("--interval", "1", "--count", "1", "--input", "-", "127.0.0.1:1");
        outcome.AssertStatus(1);
        Assert.Equal(30, outcome.Lines.Length);
        Assert.Equal(
            ["127.0.0.1:1: 1 attempt: refused 1 time; 100% without a distance", "30 more targets: measured each time, without a change"],
            outcome.ErrorLines[^2..]);
    }

    [Fact]
    public void More_targets_than_can_be_kept_are_refused()
    {
        string input = string.Concat(Enumerable.Range(0, 100_001).Select(static i => $"127.{i / 65536}.{i / 256 % 256}.{i % 256}\n"));
        Outcome outcome = new HopsCommand { Input = input }.Run("--interval", "1", "--input", "-");
        outcome.AssertStatus(1);
        Assert.Equal("", outcome.Output);
        Assert.Contains("--interval takes at most 100000 targets", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    /// <summary>The same without rounds.</summary>
    [Fact]
    public void Attempts_at_one_target_that_differ_say_so()
    {
        using Socket listener = _lab.Server.Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(_lab.ServerAddress(AddressFamily.InterNetwork), 0));
        listener.Listen();
        using RunningCommand running = Hops.Start("--parallel", "1", "--rate", "1", "--count", "3", $"{listener.LocalEndPoint}", "127.0.0.1:1");
        WaitForLines(running, 1);
        listener.Ttl = 60;
        Outcome outcome = running.Wait();
        outcome.AssertStatus(1);
        Assert.Equal($"{listener.LocalEndPoint}: 3 attempts: 5 hops 2 times, 1 hop 1 time; the distance changed 1 time", outcome.ErrorLines[0]);
        Assert.Equal("127.0.0.1:1: 3 attempts: refused 3 times; 100% without a distance", outcome.ErrorLines[4]);
    }

    private static void WaitForLines(RunningCommand running, int lines) => running.WaitUntil(r => r.Output.Count('\n') >= lines);

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^\S+: (?<sent>\d+) attempts: (?<hops>\d hops?) (?<times>\d+) times?, (?<hops>\d hops?) (?<times>\d+) times?"
        + @"; the distance changed (?<changes>\d+) time(; \d+ rounds? skipped)?$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Changed();

    [GeneratedRegex(@"^(?<target>\S+): (?<sent>\d+) attempts?: 0 hops \d+ times?; (?<skipped>\d+) rounds skipped$", RegexOptions.ExplicitCapture)]
    private static partial Regex Skipped();

    [GeneratedRegex(
        @"^\S+: (?<sent>\d+) attempts: (1 hop (?<measured>\d+) times|timeout (?<lost>\d+) times|, )+; (?<percent>\d+)% without a distance"
        + @"(; \d+ rounds? skipped)?$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Loss();
}
