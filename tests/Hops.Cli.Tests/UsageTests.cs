using Hops.Cli.Tests.Support;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

public sealed class UsageTests
{
    public UsageTests() => Requires.Linux();

    [Theory]
    [InlineData("", "no target")]
    [InlineData("measure", "no target")]
    [InlineData("--json", "no target")]
    [InlineData("--", "no target")]
    [InlineData("--nonsense host", "'--nonsense'")]
    [InlineData("host --nonsense", "'--nonsense'")]
    [InlineData("-x host", "'-x'")]
    [InlineData("--nonsense=3 host", "--nonsense")]
    [InlineData("--jso host", "'--jso'")]
    [InlineData("--port x host", "--port takes a number from 1 to 65535, not 'x'")]
    [InlineData("-p 0 host", "--port takes a number from 1 to 65535, not '0'")]
    [InlineData("-p 65536 host", "'65536'")]
    [InlineData("-p -1 host", "'-1'")]
    [InlineData("-p 99999999999 host", "'99999999999'")]
    [InlineData("--port host", "--port takes a number from 1 to 65535, not 'host'")]
    [InlineData("--parallel 0 host", "--parallel takes a number from 1 to 1024")]
    [InlineData("--parallel 1025 host", "'1025'")]
    [InlineData("--count 0 host", "--count takes a number from 1 to 1000000")]
    [InlineData("--count 1.5 host", "'1.5'")]
    [InlineData("--timeout 0 host", "--timeout takes seconds from 0.001 to 3600")]
    [InlineData("--timeout -1 host", "'-1'")]
    [InlineData("--timeout 1,5 host", "'1,5'")]
    [InlineData("--timeout 3601 host", "'3601'")]
    [InlineData("--timeout NaN host", "'NaN'")]
    [InlineData("--min-hops 0 host", "--min-hops takes a number from 1 to 255")]
    [InlineData("--min-hops 256 host", "'256'")]
    [InlineData("--payload x host", "--payload takes 1 to 65507 bytes in hexadecimal, such as 0a1b2c, not 'x'")]
    [InlineData("--payload 0 host", "'0'")]
    [InlineData("--payload 0a1 host", "'0a1'")]
    [InlineData("--payload 0x0a host", "'0x0a'")]
    [InlineData("--payload= host", "--payload takes 1")]
    [InlineData("host --payload", "--payload")]
    [InlineData("--source sorcery host", "--source takes socket-filter, pinned-filter, socket-option or minimum-ttl, not 'sorcery'")]
    [InlineData("--source datagram host", "'datagram'")]
    [InlineData("--interval 0.09 host", "--interval takes seconds from 0.1 to 3600, not '0.09'")]
    [InlineData("--interval 3601 host", "'3601'")]
    [InlineData("--interval x host", "'x'")]
    [InlineData("host --interval", "--interval")]
    [InlineData("--interval 1 --no-order host", "--interval and --no-order exclude each other: results of --interval have no order")]
    [InlineData("--rate 0 host", "--rate takes a number from 1 to 1000000, not '0'")]
    [InlineData("--rate 0.5 host", "'0.5'")]
    [InlineData("--rate-per-host 0 host", "--rate-per-host takes a number from 1 to 1000000, not '0'")]
    [InlineData("--csv --json host", "--json and --csv exclude each other")]
    [InlineData("--csv=x host", "--csv takes no value")]
    [InlineData("host --port", "--port")]
    [InlineData("host --input", "--input")]
    [InlineData("host --timeout", "--timeout")]
    [InlineData("host --min-hops", "--min-hops")]
    [InlineData("--json=yes host", "--json takes no value")]
    [InlineData("-4=yes host", "-4 takes no value")]
    [InlineData("--quiet:true host", "--quiet takes no value")]
    [InlineData("-4 -6 host", "-4 and -6")]
    [InlineData("host -6 other -4", "-4 and -6")]
    [InlineData("--input /no/such/file", "'/no/such/file'")]
    [InlineData("--input /", "'/'")]
    [InlineData("--input=", "--input")]
    [InlineData("lab host", "'host'")]
    [InlineData("lab --json", "'--json'")]
    [InlineData("lab --routers 63", "--routers takes a number from 0 to 62")]
    [InlineData("lab --routers -1", "'-1'")]
    [InlineData("lab --routers", "--routers")]
    public void Wrong_usage_is_one_line_that_names_the_problem(string commandLine, string problem)
    {
        Outcome outcome = new HopsCommand().Run(commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        outcome.AssertStatus(2);
        Assert.Equal("", outcome.Output);
        string line = Assert.Single(outcome.ErrorLines);
        Assert.StartsWith("hops: ", line, StringComparison.Ordinal);
        Assert.Contains(problem, line, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_name_is_wrong_usage()
    {
        Outcome outcome = new HopsCommand().Run("--input", "");
        outcome.AssertStatus(2);
        Assert.Contains("--input", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--\u001b[31m", "host")]
    [InlineData("-p", "\u001b[31m", "host")]
    [InlineData("--timeout", "\u001b[31m", "host")]
    [InlineData("--input", "/no/\u001b[31m")]
    [InlineData("lab", "\u001b[31m")]
    public void Control_characters_of_wrong_words_are_never_printed(params string[] arguments)
    {
        Outcome outcome = new HopsCommand().Run(arguments);
        outcome.AssertStatus(2);
        Assert.DoesNotContain('\u001b', outcome.Errors);
    }

    [Fact]
    public void A_target_that_starts_with_an_at_sign_names_no_file_of_arguments()
    {
        Outcome outcome = new HopsCommand().Run("--json", "@/etc/hostname");
        Assert.Equal("invalid-target", outcome.Values("error")[0]);
    }
}
