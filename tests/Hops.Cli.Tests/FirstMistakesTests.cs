using Hops.Cli.Tests.Support;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary>The first commands of people who know nc, telnet, ping, mtr, traceroute or curl, and the one line that each gets.</summary>
public sealed class FirstMistakesTests
{
    public FirstMistakesTests() => Requires.Linux();

    /// <summary>Command line, exit status, and the line as a pattern.</summary>
    public static TheoryData<string, int, string> Mistakes { get; } = new()
    {
        // nc, telnet, tcptraceroute: host and port are two words.
        { "example.com 443", 2, @"hops: '443' is not a host: write a port as in example\.com:443, or use --port \(see 'hops --help'\)" },
        { "https://user:secret@example.com 443", 2, @"hops: '443' is not a host: write a port as in https://\*\*\*@example\.com:443, .*" },
        { "443", 1, @"\[!\] 443: not a target: '443' is a number, not a host: write a port after its host, as in example\.com:443" },
        { "trace example.com 443", 2, @"hops: unexpected word '443': write a port after its host, as in example\.com:443 \(see 'hops trace --help'\)" },
        { "trace https://user:secret@example.com/", 2, @"hops: 'https://\*\*\*@example\.com/' is not a target: user names and passwords are not supported.*" },
        // ping takes them, and reads the second one in octal.
        { "127.1", 1, @"\[!\] 127\.1: not a target: '127\.1' is an old form of 127\.0\.0\.1: write that" },
        { "010.0.0.1", 1, @"\[!\] 010\.0\.0\.1: not a target: '010\.0\.0\.1' is an old form of 8\.0\.0\.1: write that" },
        { "10.0.0.256", 1, @"\[!\] 10\.0\.0\.256: not a target: '10\.0\.0\.256' is not an IPv4 address, which has four numbers from 0 to 255" },
        // nmap: a network.
        { "192.0.2.0/24", 1, @"\[!\] 192\.0\.2\.0/24: not a target: '192\.0\.2\.0/24' is a network: list its hosts one by one" },
        { "fe80::1", 1, @"\[!\] fe80::1: not a target: 'fe80::1' is a link-local address, .* add the interface after a '%', as in 'fe80::1%\S+'" },
        // Many programs: a dash is standard input.
        { "-", 1, @"\[!\] -: not a target: '-' means standard input only after --input" },
        // A browser's address bar without its scheme.
        { "example.com/index.html", 1, @"\[!\] example\.com/index\.html: not a target: only http and https take a path" },
        // curl.
        {
            "https://user:secret@example.com/", 1,
            @"\[!\] https://\*\*\*@example\.com/: not a target: user names and passwords are not supported: give the host alone"
        },
        // ssh.
        { "root@example.com", 1, @"\[!\] \*\*\*@example\.com: not a target: user names and passwords are not supported: give the host alone" },
        { "example.com:https", 1, @"\[!\] example\.com:https: not a target: port 'https' is not a number from 1 to 65535" },
        {
            "udp://192.0.2.1", 1,
            @"\[!\] udp://192\.0\.2\.1: not a target: unknown scheme 'udp': the known ones are tcp, tcp4, tcp6, udp4, udp6, http and https"
        },
        { "--input /tmp", 2, @"hops: cannot read targets from --input '/tmp': it is a folder" },
        { "--input https://user:secret@example.com/list", 2, @"hops: cannot read targets from --input 'https://\*\*\*@example\.com/list': no such file" },
        { "watch example.com", 2, @"hops: unexpected word 'example\.com' \(see 'hops watch --help'\)" },
        { "watch https://user:secret@example.com/", 2, @"hops: unexpected word 'https://\*\*\*@example\.com/' \(see 'hops watch --help'\)" },
        { "--port https://user:secret@example.com/ host", 2, @"hops: --port takes a number from 1 to 65535, not 'https://\*\*\*@example\.com/' .*" },
        { "", 2, @"hops: no target given \(see 'hops --help'\)" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_first_mistake_gets_one_line_that_helps(string commandLine, int status, string expected)
    {
        Outcome outcome = new HopsCommand().Run(commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        outcome.AssertStatus(status);
        Assert.Equal("", outcome.Output);
        Assert.Matches($"^{expected}$", Assert.Single(outcome.ErrorLines));
    }

    [Theory]
    [InlineData("help", "--help")]
    [InlineData("help watch", "watch --help")]
    [InlineData("version", "--version")]
    public void Help_and_version_are_no_hosts(string words, string option)
    {
        Outcome outcome = new HopsCommand().Run(words.Split(' '));
        outcome.AssertStatus(0);
        Assert.Equal(new HopsCommand().Run(option.Split(' ')), outcome);
    }

    [Fact]
    public void A_host_of_such_a_name_is_one_with_a_port()
    {
        using PrivateNames names = new("127.0.0.1 help", "127.0.0.1 version");
        Outcome outcome = new HopsCommand { Through = names.Through }.Run("--json", "help:1", "version:1");
        Assert.Equal(["refused", "refused"], outcome.Values("error"));
    }
}
