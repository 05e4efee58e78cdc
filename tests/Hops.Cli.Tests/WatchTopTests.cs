using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Ebpf.Links;
using Ebpf.Programs;
using Hops.Cli.Tests.Support;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary><c>hops watch --top</c> on a pseudo-terminal made by <c>script</c>: what stands on the screen.</summary>
public sealed partial class WatchTopTests : IDisposable
{
    private const char CtrlC = '\u0003';
    private const char CtrlZ = '\u001a';

    private static readonly IPAddress Near = IPAddress.Loopback;
    private static readonly IPAddress Other = IPAddress.Parse("127.0.9.1");

    private readonly TemporaryCgroup _cgroup;
    private readonly string _folder;

    public WatchTopTests()
    {
        Requires.Root();
        Requires.Program("bsdutils", "script");
        _cgroup = TemporaryCgroup.Create();
        _folder = Directory.CreateTempSubdirectory("hops-top-").FullName;
    }

    private string TerminalFile => Path.Combine(_folder, "tty");

    public void Dispose()
    {
        _cgroup.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(40, "NETWORK CONNS HOPS UNKNOWN", "127.0.0.0/24 4 0–3 1")]
    [InlineData(80, "NETWORK CONNS HOPS UNKNOWN SENT RECEIVED LAST", "127.0.0.0/24 4 0–3 1")]
    [InlineData(160, "NETWORK CONNS HOPS UNKNOWN SENT RECEIVED LAST", "127.0.0.0/24 4 0–3 1")]
    public void It_fits_the_terminal(int columns, string heading, string first)
    {
        using RunningCommand watch = Start(columns, 24);
        Connect(Near, null, null, 61, 30);
        Connect(IPAddress.IPv6Loopback, 61);
        watch.WaitUntil(running => Cells(Screen(running, columns, 24)) is var lines
            && lines.Any(static line => line.StartsWith("::/48 1 3", StringComparison.Ordinal))
            && lines.Any(static line => line.Contains("implausible", StringComparison.Ordinal)));
        TerminalScreen screen = Screen(watch, columns, 24);
        string[] cells = Cells(screen);
        Assert.Equal(0, screen.Overflows);
        Assert.True(screen.IsAlternate);
        Assert.False(screen.ShowsCursor);
        Assert.StartsWith("2 networks by connections", cells[0], StringComparison.Ordinal);
        Assert.StartsWith(heading, cells[1], StringComparison.Ordinal);
        Assert.StartsWith(first, cells[2], StringComparison.Ordinal);
        Assert.EndsWith("q quit", cells[22], StringComparison.Ordinal);
        Assert.All(["0 hops", "3 hops", "implausible"], label => Assert.Contains(cells, line => line.Contains(label, StringComparison.Ordinal)));
        AssertGivenBack(Quit(watch), columns);
    }

    [Fact]
    public void Keys_sort_and_regroup()
    {
        using RunningCommand watch = Start(80, 24);
        Connect(Near, 61, 61);
        Connect(Other, 64);
        watch.WaitUntil(static running => First(running) == "127.0.0.0/24" && Cells(Screen(running))[3].StartsWith("127.0.9.0/24", StringComparison.Ordinal));
        Press(watch, 'd');
        watch.WaitUntil(static running => First(running) == "127.0.9.0/24");
        Connect(Near, 61);
        Press(watch, 'c');
        watch.WaitUntil(static running => First(running) == "127.0.0.0/24");
        Connect(Other, 64);
        Press(watch, 'l');
        watch.WaitUntil(static running => First(running) == "127.0.9.0/24");
        Press(watch, 'p');
        watch.WaitUntil(static running => First(running).EndsWith($"[{Environment.ProcessId}]", StringComparison.Ordinal));
        Assert.StartsWith("1 process by last seen", Screen(watch).Lines[0], StringComparison.Ordinal);
        Press(watch, '\t');
        watch.WaitUntil(static running => First(running) == "127.0.9.0/24");
        Assert.Equal(0, Screen(watch).Overflows);
        AssertGivenBack(Quit(watch));
    }

    [Fact]
    public void It_follows_the_size_of_the_terminal()
    {
        using RunningCommand watch = Start(160, 40);
        Connect(Near, 64);
        watch.WaitUntil(static running => Screen(running, 160, 40).Lines[38].EndsWith("q quit", StringComparison.Ordinal));
        foreach ((int columns, int rows) in new[] { (40, 12), (100, 8), (20, 4) })
        {
            Command.Run("stty", "-F", File.ReadAllText(TerminalFile).Trim(), "cols", $"{columns}", "rows", $"{rows}");
            watch.WaitUntil(running => TerminalScreen.SinceCleared(running.Output, columns, rows) is { Overflows: 0 } screen
                && screen.Lines[rows - 2].StartsWith("sort: c", StringComparison.Ordinal)
                && screen.Lines[0].StartsWith("1 network by", StringComparison.Ordinal)
                && screen.Lines[rows - 1].Length == 0);
        }

        Quit(watch).AssertStatus(0);
    }

    [Theory]
    [InlineData(RunningCommand.SigInt)]
    [InlineData(RunningCommand.SigTerm)]
    public void A_signal_gives_the_terminal_back(int signal)
    {
        using RunningCommand watch = Start(80, 24);
        Connect(Near, 64);
        watch.WaitUntil(static running => First(running) == "127.0.0.0/24");
        watch.SignalChild(signal);
        AssertGivenBack(watch.Wait());
    }

    [Fact]
    public void Ctrl_C_gives_the_terminal_back()
    {
        using RunningCommand watch = Start(80, 24);
        Connect(Near, 64);
        watch.WaitUntil(static running => First(running) == "127.0.0.0/24");
        Press(watch, CtrlC);
        AssertGivenBack(watch.Wait());
    }

    [Fact]
    public void The_shell_has_the_terminal_while_it_is_stopped()
    {
        using RunningCommand watch = Start(80, 24, before: "set -m;", after: "; echo stopped; read line; fg; echo ended");
        Connect(Near, 64);
        watch.WaitUntil(static running => First(running) == "127.0.0.0/24");
        Press(watch, CtrlZ);
        watch.WaitUntil(static running => running.Output.Contains("stopped\r\n", StringComparison.Ordinal));
        TerminalScreen shell = Screen(watch);
        Assert.False(shell.IsAlternate);
        Assert.True(shell.ShowsCursor);
        Assert.Contains("stopped", shell.Lines);
        Connect(Other, 64, 64);
        Press(watch, '\n');
        watch.WaitUntil(static running => Screen(running) is { IsAlternate: true, ShowsCursor: false } && First(running) == "127.0.9.0/24");
        Quit(watch);
        Assert.Contains("ended", Screen(watch).Lines);
        Assert.False(Screen(watch).IsAlternate);
    }

    /// <summary>The kernel does not stop a program whose shell is gone.</summary>
    [Fact]
    public void Where_it_cannot_be_stopped_it_goes_on()
    {
        using RunningCommand watch = Start(80, 24);
        Connect(Near, 64);
        watch.WaitUntil(static running => First(running) == "127.0.0.0/24");
        Press(watch, CtrlZ);
        Connect(Other, 64, 64);
        watch.WaitUntil(static running => Screen(running) is { IsAlternate: true, ShowsCursor: false } && First(running) == "127.0.9.0/24");
        AssertGivenBack(Quit(watch));
    }

    [Fact]
    public void Groups_that_were_not_seen_for_longest_are_forgotten_and_it_says_so()
    {
        const int Most = 4096;
        const int Networks = Most + 100;
        using RunningCommand watch = Start(160, 24);
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Any, 0));
        listener.Listen();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        _cgroup.Within(() =>
        {
            for (int i = 0; i < Networks; i++)
            {
                using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Connect(new IPAddress([127, (byte)(i / 256), (byte)i, 1]), port);
                listener.Accept().Dispose();
            }
        });
        watch.WaitUntil(static running => Screen(running, 160, 24).Lines[0].Contains($"{Networks} connections", StringComparison.Ordinal));
        Match title = Title().Match(Screen(watch, 160, 24).Lines[0]);
        Assert.True(title.Success, Screen(watch, 160, 24).Lines[0]);
        int kept = int.Parse(title.Groups["kept"].ValueSpan);
        Assert.InRange(kept, 1, Most);
        Assert.Equal(Networks, kept + int.Parse(title.Groups["forgotten"].ValueSpan));
        Press(watch, 'l');
        watch.WaitUntil(static running => Cells(Screen(running, 160, 24))[2].StartsWith("127.16.99.0/24", StringComparison.Ordinal));
        AssertGivenBack(Quit(watch), 160);
    }

    [Fact]
    public void Names_stand_beside_networks_where_there_is_room()
    {
        using ReverseNameServer server = new("far.example");
        HopsCommand hops = server.Hops;
        using RunningCommand watch = Start(80, 24, hops, after: "--names");
        Connect(Near, 64);
        watch.WaitUntil(static running => Cells(Screen(running))[2].StartsWith("127.0.0.0/24 far.example 1 0", StringComparison.Ordinal));
        Assert.StartsWith("NETWORK NAME CONNS", Cells(Screen(watch))[1], StringComparison.Ordinal);
        Assert.Equal(0, Screen(watch).Overflows);
        AssertGivenBack(Quit(watch));
    }

    [Fact]
    public void NO_COLOR_is_honoured()
    {
        using RunningCommand watch = Start(80, 24, new HopsCommand { Variables = new Dictionary<string, string> { ["NO_COLOR"] = "1" } });
        Connect(Near, 64);
        watch.WaitUntil(static running => First(running) == "127.0.0.0/24");
        Outcome outcome = Quit(watch);
        AssertGivenBack(outcome);
        Assert.DoesNotMatch(Style(), outcome.Output);
    }

    [Fact]
    public void A_command_that_would_steer_the_terminal_is_escaped()
    {
        using RunningCommand watch = Start(80, 24);
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(Near, 0));
        listener.Listen();
        _cgroup.Run($"printf '\\033[31mred' >/proc/self/comm; : </dev/tcp/127.0.0.1/{((IPEndPoint)listener.LocalEndPoint!).Port}");
        watch.WaitUntil(static running => First(running) == "127.0.0.0/24");
        Press(watch, 'p');
        watch.WaitUntil(static running => First(running).StartsWith(@"\u001b[31mred[", StringComparison.Ordinal));
        Assert.DoesNotContain("\e[31mred", Quit(watch).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--top needs a terminal")]
    [InlineData("--top draws a table and cannot be combined with --json", "--json")]
    [InlineData("--top draws a table and cannot be combined with --summary", "--summary")]
    public void Where_there_is_nothing_to_draw_on_it_is_wrong_usage(string expected, params string[] words)
    {
        Outcome outcome = new HopsCommand().Run(["watch", "--top", .. words]);
        outcome.AssertStatus(2);
        Assert.Equal("", outcome.Output);
        Assert.StartsWith($"hops: {expected}", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void A_terminal_that_cannot_place_its_cursor_is_wrong_usage()
    {
        HopsCommand script = new() { Program = "script", Variables = new Dictionary<string, string> { ["TERM"] = "dumb" } };
        Outcome outcome = script.Run("-qec", "\"$HOPS\" watch --top", "/dev/null");
        outcome.AssertStatus(2);
        Assert.StartsWith("hops: --top needs a terminal", Assert.Single(outcome.Lines), StringComparison.Ordinal);
    }

    private static TerminalScreen Screen(RunningCommand running, int columns = 80, int rows = 24) => TerminalScreen.After(running.Output, columns, rows);

    /// <summary>The lines, with one blank between cells.</summary>
    private static string[] Cells(TerminalScreen screen) => [.. screen.Lines.Select(static line => Blanks().Replace(line, " "))];

    /// <summary>The name in the first row.</summary>
    private static string First(RunningCommand running) => Cells(Screen(running))[2].Split(' ')[0];

    private static void Press(RunningCommand running, char key)
    {
        running.Input.Write(key);
        running.Input.Flush();
    }

    private static Outcome Quit(RunningCommand running)
    {
        Press(running, 'q');
        return running.Wait();
    }

    /// <summary>The screen is as it was before, but for the sentence at the end.</summary>
    private static void AssertGivenBack(Outcome outcome, int columns = 80)
    {
        outcome.AssertStatus(0);
        TerminalScreen screen = TerminalScreen.After(outcome.Output, columns, 24);
        Assert.False(screen.IsAlternate);
        Assert.True(screen.ShowsCursor);
        Assert.Matches(@"^\d+ connections, 0 of unknown and \d of implausible distance; 0 records lost\.$", string.Concat(screen.Lines));
    }

    /// <summary>Starts it on a terminal, and waits until its last program is attached and it is drawn.</summary>
    private RunningCommand Start(int columns, int rows, HopsCommand? hops = null, string before = "exec", string after = "")
    {
        HopsCommand script = (hops ?? new()) with { Program = "script", Input = null };
        string command = $"tty >'{TerminalFile}'; stty cols {columns} rows {rows}; {before} \"$HOPS\" watch --top --out --cgroup {_cgroup.Path} {after}";
        RunningCommand watch = script.Start("-qec", command, "/dev/null");
        watch.WaitUntil(running => CgroupPrograms.Query(_cgroup.Path, BpfAttachType.CgroupSockOps).ProgramIds.Count > 0
            && running.Output.Contains("q quit", StringComparison.Ordinal));
        return watch;
    }

    /// <summary>Connects once for each initial TTL of the other end; null for the usual one.</summary>
    private void Connect(IPAddress address, params IEnumerable<int?> ttls) => _cgroup.Within(() =>
    {
        foreach (int? ttl in ttls)
        {
            using Socket listener = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (ttl is { } initial)
            {
                listener.Ttl = (short)initial;
            }

            listener.Bind(new IPEndPoint(address, 0));
            listener.Listen();
            using Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(listener.LocalEndPoint!);
        }
    });

    [GeneratedRegex(" +")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"^(?<kept>\d+) networks by connections  (?<forgotten>\d+) forgotten  \d+ connections$")]
    private static partial Regex Title();

    /// <summary>SGR that sets something, other than all back to normal.</summary>
    [GeneratedRegex(@"\x1b\[[1-9][0-9;]*m")]
    private static partial Regex Style();
}
