using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary>The lines that people read, on loopback.</summary>
public sealed class TextOutputTests : IDisposable
{
    private readonly LabServer _server;
    private readonly PrivateNames _names;

    public TextOutputTests()
    {
        Requires.Root();
        _server = LabServer.Start();
        _names = new PrivateNames("127.0.0.1 both.example", "::1 both.example", "127.0.0.1 lab doctors measure");
    }

    private int Port => _server.Port;

    private HopsCommand Named => new() { Through = _names.Through };

    public void Dispose()
    {
        _server.Dispose();
        _names.Dispose();
    }

    [Theory]
    [InlineData("tcp4://127.0.0.1:PORT", "127.0.0.1:PORT")]
    [InlineData("tcp6://[::1]:PORT", "[::1]:PORT")]
    public void A_result_is_one_line_with_target_remote_end_and_distance(string target, string remote)
    {
        string written = Written(target);
        Outcome outcome = new HopsCommand().Run(written);
        Assert.Equal(new Outcome(0, $"[+] TTL distance to {written} {Written(remote)} is 0 (socket-filter)\n", ""), outcome);
    }

    [Fact]
    public void A_target_is_shown_as_it_was_written()
    {
        (string Target, string Shown)[] table =
        [
            ("tcp://127.0.0.1:PORT", "TTL distance to tcp://127.0.0.1:PORT 127.0.0.1:PORT is 0"),
            ("TCP4://127.0.0.1:PORT", "TTL distance to TCP4://127.0.0.1:PORT 127.0.0.1:PORT is 0"),
            ("127.0.0.1:PORT", "127.0.0.1:PORT is 0 hops away"),
            ("127.0.0.1", "127.0.0.1 is 0 hops away"),
            ("[::1]:PORT", "[::1]:PORT is 0 hops away"),
            ("::1", "::1 is 0 hops away"),
            ("[0:0::0:1]:PORT", "[0:0::0:1]:PORT ([::1]:PORT) is 0 hops away"),
            ("http://127.0.0.1:PORT", "http://127.0.0.1:PORT (127.0.0.1:PORT) is 0 hops away"),
            ("https://[::1]:PORT/a/b?c=d#e", "https://[::1]:PORT/a/b?c=d#e ([::1]:PORT) is 0 hops away"),
            ("[::ffff:127.0.0.1]:PORT", "[::ffff:127.0.0.1]:PORT (127.0.0.1:PORT) is 0 hops away"),
        ];
        Outcome outcome = new HopsCommand().Run(["-p", $"{Port}", .. table.Select(row => Written(row.Target))]);
        outcome.AssertStatus(0);
        Assert.Equal(table.Select(row => Written($"[+] {row.Shown} (socket-filter)")), outcome.Lines);
    }

    [Fact]
    public void Measure_spelled_out_is_the_same()
    {
        string target = Written("127.0.0.1:PORT");
        Assert.Equal(new HopsCommand().Run(target), new HopsCommand().Run("measure", target));
    }

    [Theory]
    [InlineData("doctors", "-p", "PORT")]
    [InlineData("-p", "PORT", "lab")]
    [InlineData("measure", "lab", "-p", "PORT")]
    [InlineData("measure", "measure", "-p", "PORT")]
    [InlineData("-p", "PORT", "--", "measure")]
    [InlineData("-p", "PORT", "--", "lab")]
    public void A_word_that_is_no_verb_is_a_host(params string[] arguments)
    {
        Outcome outcome = Named.Run(arguments.Select(Written));
        outcome.AssertStatus(0);
        Assert.EndsWith(Written(" (127.0.0.1:PORT) is 0 hops away (socket-filter)"), Assert.Single(outcome.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_dashes_end_the_options()
    {
        Outcome outcome = Named.Run("--json", "--", "--quiet", "_4", Written("127.0.0.1:PORT"));
        Assert.Equal(["--quiet", "_4", Written("127.0.0.1:PORT")], outcome.Values("target"));
        Assert.Equal(["invalid-target", "unresolved", null], outcome.Values("error"));
    }

    [Theory]
    [InlineData("--json TARGET --count 1 TARGET -4")]
    [InlineData("TARGET --json --timeout=2 TARGET")]
    [InlineData("TARGET TARGET --parallel 2 --json")]
    [InlineData("-4 --json TARGET -p 9 TARGET -v")]
    public void Options_and_targets_may_be_mixed(string commandLine)
    {
        Outcome outcome = new HopsCommand().Run(commandLine.Replace("TARGET", Written("127.0.0.1:PORT"), StringComparison.Ordinal).Split(' '));
        outcome.AssertStatus(0);
        Assert.Equal(["0", "0"], outcome.Values("hops"));
    }

    [Theory]
    [InlineData("-p PORT 127.0.0.1", "127.0.0.1")]
    [InlineData("--port PORT 127.0.0.1", "127.0.0.1")]
    [InlineData("--port=PORT ::1", "::1")]
    [InlineData("-p PORT [::1]", "::1")]
    [InlineData("-p PORT tcp4://127.0.0.1", "127.0.0.1")]
    [InlineData("-p 1 127.0.0.1:PORT", "127.0.0.1")]
    [InlineData("-p PORT -4 both.example", "127.0.0.1")]
    [InlineData("-p PORT -6 both.example", "::1")]
    [InlineData("-p PORT tcp4://both.example", "127.0.0.1")]
    [InlineData("-p PORT tcp6://both.example", "::1")]
    [InlineData("-p PORT -4 tcp6://both.example", "::1")]
    [InlineData("-p PORT -6 tcp4://both.example", "127.0.0.1")]
    public void Port_and_family_are_those_of_the_target_or_else_of_the_options(string commandLine, string address)
    {
        Outcome outcome = Named.Run(["--json", .. commandLine.Split(' ').Select(Written)]);
        outcome.AssertStatus(0);
        Assert.Equal((address, Port), (outcome.OneJson.GetProperty("address").GetString(), outcome.OneJson.GetProperty("port").GetInt32()));
    }

    [Fact]
    public void Verbose_tells_TTL_and_time()
    {
        Outcome outcome = new HopsCommand().Run("--verbose", Written("127.0.0.1:PORT"));
        Assert.Matches(
            @"^\[\+\] 127\.0\.0\.1:\d+ is 0 hops away \(socket-filter, TTL 64 of 64, connected in \d+\.\d{1,3} ms\)\n$", outcome.Output);
    }

    [Fact]
    public void Attempts_are_numbered_where_there_are_several()
    {
        Outcome outcome = new HopsCommand().Run("--count", "3", Written("127.0.0.1:PORT"));
        Assert.Equal(["(socket-filter, attempt 1)", "(socket-filter, attempt 2)", "(socket-filter, attempt 3)"], outcome.Lines.Select(
            static line => line[line.IndexOf('(', StringComparison.Ordinal)..]));
    }

    [Theory]
    [InlineData(1, 31, "TTL 1 of 32")]
    [InlineData(65, 63, "TTL 65 of 128")]
    [InlineData(129, 126, "TTL 129 of 255")]
    public void An_implausible_distance_is_marked(int initialTtl, int hops, string ttl)
    {
        using LabServer odd = LabServer.Start(initialTtl: initialTtl);
        string[] targets = [$"127.0.0.1:{odd.Port}", $"[::1]:{odd.Port}"];
        Outcome text = new HopsCommand().Run(targets);
        text.AssertStatus(0);
        Assert.Equal(targets.Select(target => $"[+] {target} is {hops} hops away (socket-filter, implausible: {ttl})"), text.Lines);

        Outcome json = new HopsCommand().Run(["--json", .. targets]);
        Assert.Equal(["False", "False"], json.Values("plausible"));
        Assert.Equal([$"{hops}", $"{hops}"], json.Values("hops"));
        Assert.Equal([$"{initialTtl}", $"{initialTtl}"], json.Values("receivedTtl"));
    }

    private string Written(string text) => text.Replace("PORT", $"{Port}", StringComparison.Ordinal);
}
