using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hops.Cli.Targets;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary>Each kind of failure, provoked for real.</summary>
public sealed class FailureTests
{
    private static readonly string[] InvalidTargets =
    [
        "host:0", "host:65536", "host:-1", "host:+80", "host:", "host:80x", "host: 80", "host:٣", ":80", "tcp://", "tcp4://:80", "http://", "https:///path",
        "ftp://host", "://host", "tcp4:/host", "udp://host", "a b", "a\tb", "host/path", "tcp://host/path", "user@host", "http://user:password@host/",
        "[::1", "[::1]x", "[::1]80", "[::1]:", "[::1]:0", "[]", "[]:80", "[host]:80", "[127.0.0.1]:80", "[[::1]]:80", "::1]:80", "1::2::3", "12345::", "a:b:c",
        "http://[::1", "\u0007", "a\u001b[31mb", "a\u009bb", "a\u202eb", "host\\name", "host\"", "*", "%", "host%eth0", "ho,st", "\u00a0", "-", "--x",
        "127.1", "010.0.0.1", "fe80::1", "10.0.0.0/8",
        new string('a', 256), new string('a', 3000),
    ];

    public FailureTests() => Requires.Root();

    [Fact]
    public void A_closed_port_is_refused()
    {
        Outcome outcome = new HopsCommand().Run("--json", "127.0.0.1:1", "[::1]:1");
        outcome.AssertStatus(1);
        Assert.Equal(["refused", "refused"], outcome.Values("error"));
        AssertText("127.0.0.1:1", new HopsCommand());
    }

    [Fact]
    public void Silence_is_a_timeout_after_the_time_that_was_given()
    {
        using SilentNetwork network = new();
        Outcome outcome = network.Hops.Run("--json", "--timeout", "0.3", SilentNetwork.Silent(), "[2001:db8:ffff::1]:9");
        outcome.AssertStatus(1);
        Assert.Equal(["timeout", "timeout"], outcome.Values("error"));
        Assert.All(outcome.Json, JsonContract.AssertKept);
        Assert.All(outcome.Values("message"), static message => Assert.Contains("within 0.3 s", message, StringComparison.Ordinal));
        AssertText(SilentNetwork.Silent(), network.Hops, "--timeout", "0.1");
    }

    [Fact]
    public void Without_a_route_it_is_unreachable()
    {
        using NetworkNamespace nowhere = NetworkNamespace.Create();
        HopsCommand hops = new() { At = nowhere };
        Outcome outcome = hops.Run("--json", "192.0.2.1", "2001:db8::1");
        outcome.AssertStatus(1);
        Assert.Equal(["unreachable", "unreachable"], outcome.Values("error"));
        Assert.All(outcome.Json, JsonContract.AssertKept);
        AssertText("192.0.2.1", hops);
    }

    [Fact]
    public void A_name_that_nobody_knows_is_unresolved()
    {
        using PrivateNames names = new();
        HopsCommand hops = new() { Through = names.Through };
        // Names that are legal to write and that no resolver can know.
        string[] strange =
        [
            "nobody.invalid", ".", "..", "_", "a..b", "。.example", "😀.example", "xn--.example", new string('ü', 70), $"{new string('a', 70)}.example",
        ];
        Outcome outcome = hops.Run(["--json", .. strange]);
        outcome.AssertStatus(1);
        Assert.Equal(strange.Select(static _ => "unresolved"), outcome.Values("error"));
        Assert.All(outcome.Json, JsonContract.AssertKept);
        AssertText("nobody.invalid", hops);
    }

    [Fact]
    public void A_name_server_that_is_silent_cannot_hold_up_the_timeout()
    {
        using LabNetwork lab = LabNetwork.Create(0);
        using Socket silent = lab.Client.Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 53));
        using PrivateNames names = PrivateNames.WithServer();
        // The resolver itself waits for 10 s.
        Stopwatch watch = Stopwatch.StartNew();
        Outcome outcome = new HopsCommand { At = lab.Client, Through = names.Through }.Run("--json", "--timeout", "0.5", "some.example");
        outcome.AssertStatus(1);
        Assert.Equal(["unresolved"], outcome.Values("error"));
        Assert.Equal("Looking up 'some.example' failed: no answer within 0.5 s", outcome.Values("message")[0]);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"It took {watch.Elapsed}.");
    }

    [Theory]
    [InlineData(253)]
    [InlineData(254)]
    [InlineData(255)]
    public void The_longest_names_are_unresolved_too(int length)
    {
        using PrivateNames names = new();
        Outcome outcome = new HopsCommand { Through = names.Through }.Run(
            "--json", string.Concat(Enumerable.Repeat("abcdefgh.", 40))[..length].Replace('.', 'x'));
        outcome.AssertStatus(1);
        Assert.Equal("unresolved", outcome.Values("error")[0]);
    }

    [Fact]
    public void A_name_without_address_of_the_wanted_family_has_no_address()
    {
        using PrivateNames names = new("127.0.0.1 four.example", "::1 six.example");
        HopsCommand hops = new() { Through = names.Through };
        foreach (string[] arguments in (string[][])
            [
                ["-6", "four.example", "127.0.0.1"],
                ["-4", "six.example", "::1"],
                ["tcp6://four.example", "tcp4://six.example", "tcp6://127.0.0.1", "tcp4://[::1]"],
            ])
        {
            Outcome outcome = hops.Run(["--json", .. arguments]);
            outcome.AssertStatus(1);
            Assert.All(outcome.Values("error"), static error => Assert.Equal("no-address", error));
            Assert.All(outcome.Json, JsonContract.AssertKept);
        }

        AssertText("tcp6://four.example", hops);
    }

    [Fact]
    public void What_is_no_target_is_invalid_and_the_others_are_measured()
    {
        using LabServer server = LabServer.Start();
        string good = $"127.0.0.1:{server.Port}";
        Outcome outcome = new HopsCommand().Run(["--json", "--", good, .. InvalidTargets, good]);
        outcome.AssertStatus(1);
        Assert.Equal([null, .. InvalidTargets.Select(static _ => "invalid-target"), null], outcome.Values("error"));
        // As they were given, so that they can be found again, except for possible passwords.
        Assert.Equal([good, .. InvalidTargets.Select(Credentials.Hide), good], outcome.Values("target"));
        Assert.DoesNotContain("password", string.Concat(outcome.Values("target")), StringComparison.Ordinal);
        Assert.All(outcome.Json, JsonContract.AssertKept);
        AssertText("ftp://host", new HopsCommand());
        AssertText("", new HopsCommand());
    }

    [Fact]
    public void An_unknown_zone_is_named_in_the_failure()
    {
        Outcome outcome = new HopsCommand().Run("--json", "[fe80::1%nowhere]:80");
        outcome.AssertStatus(1);
        Assert.Contains("nowhere", outcome.Values("message")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Control_characters_of_a_target_are_never_printed()
    {
        string[] targets =
        [
            "\u001b[31mred\u001b]0;title\u0007", "\u009b31m", "bell\a.example", "back\b\b\b\b.example", "back\rover.example",
            "nul\0.example", "left\u202eright.example",
            "zero\u200bwidth", "xyz://\u001b[2J", "host:\u001b[2J", "[\u001b[2J]:80", "[::1]\u001b[2J", "[::1%\u001b[2J]:1",
        ];
        foreach (string[] options in (string[][])[["--input", "-"], ["--json", "--input", "-"]])
        {
            Outcome outcome = new HopsCommand { Input = string.Join('\n', targets) }.Run(options);
            outcome.AssertStatus(1);
            Assert.DoesNotContain(outcome.Output + outcome.Errors, static c => (char.IsControl(c) && c != '\n') || c is '\u202e' or '\u200b');
        }
    }

    /// <summary>Without JSON a failure is one line on standard error.</summary>
    private static void AssertText(string target, HopsCommand hops, params string[] options)
    {
        Outcome text = hops.Run([.. options, target]);
        text.AssertStatus(1);
        Assert.Equal("", text.Output);
        Assert.StartsWith($"[!] {target}: ", Assert.Single(text.ErrorLines), StringComparison.Ordinal);

        Outcome quiet = hops.Run([.. options, "--quiet", target]);
        Assert.Equal(new Outcome(1, "", ""), quiet);
    }
}
