using System.Net.Sockets;
using CsCheck;
using Hops.Cli.Targets;

namespace Hops.Cli.Tests;

public sealed class TargetParserTests
{
    private const string NoUsers = "user names and passwords are not supported: give the host alone";

    private static readonly TargetParser Parser = new();

    /// <summary>Parts of targets, so that random targets are nearly valid.</summary>
    private static readonly string[] Words =
    [
        "tcp://", "tcp4://", "tcp6://", "udp4://", "udp6://", "http://", "https://", "ftp://", "[", "]", ":", "::", "::1", "fe80::1", "%", "%25", "eth0",
        "127.0.0.1", "/", "?", "#", "@", "0x7f", "1.2.3", "-", "/24", "-", ".", "80", "0", "65535", "65536", "example.com", "bücher", "😀", "\ud83d",
        "\u001b[31m", "\0", "\n", "\u202e", " ",
        "\u00a0", "。",
    ];

    private static readonly Gen<string> Pieces = Gen.OneOf(Gen.Int[0, Words.Length - 1].Select(static i => Words[i]), Gen.String);

    [Theory]
    [InlineData("example.com", "example.com", 443, AddressFamily.Unspecified)]
    [InlineData("example.com:8080", "example.com", 8080, AddressFamily.Unspecified)]
    [InlineData("example.com.:1", "example.com.", 1, AddressFamily.Unspecified)]
    [InlineData("a-b_c.example:65535", "a-b_c.example", 65535, AddressFamily.Unspecified)]
    [InlineData("example.com:00080", "example.com", 80, AddressFamily.Unspecified)]
    [InlineData("bücher.example", "bücher.example", 443, AddressFamily.Unspecified)]
    [InlineData("😀.example", "😀.example", 443, AddressFamily.Unspecified)]
    [InlineData("192.0.2.1", "192.0.2.1", 443, AddressFamily.Unspecified)]
    [InlineData("192.0.2.1:80", "192.0.2.1", 80, AddressFamily.Unspecified)]
    [InlineData("2001:db8::1", "2001:db8::1", 443, AddressFamily.Unspecified)]
    [InlineData("::", "::", 443, AddressFamily.Unspecified)]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.1", 443, AddressFamily.Unspecified)]
    [InlineData("[2001:db8::1]", "2001:db8::1", 443, AddressFamily.Unspecified)]
    [InlineData("[2001:db8::1]:443", "2001:db8::1", 443, AddressFamily.Unspecified)]
    [InlineData("[fe80::1%1]:22", "fe80::1%1", 22, AddressFamily.Unspecified)]
    [InlineData("[fe80::1%251]:22", "fe80::1%251", 22, AddressFamily.Unspecified)]
    [InlineData("tcp4://127.1:22", "127.1", 22, AddressFamily.InterNetwork)]
    [InlineData("tcp4://010.0.0.1", "010.0.0.1", 443, AddressFamily.InterNetwork)]
    [InlineData("1.example", "1.example", 443, AddressFamily.Unspecified)]
    [InlineData("0x.example", "0x.example", 443, AddressFamily.Unspecified)]
    [InlineData("https://example.com/@user", "example.com", 443, AddressFamily.Unspecified)]
    [InlineData("[fe80::1%25eth0]:22", "fe80::1%eth0", 22, AddressFamily.Unspecified)]
    [InlineData("[fe80::1%25]:22", "fe80::1%25", 22, AddressFamily.Unspecified)]
    [InlineData("tcp6://[fe80::1%25252]:22", "fe80::1%252", 22, AddressFamily.InterNetworkV6)]
    [InlineData("fe80::1%lo", "fe80::1%lo", 443, AddressFamily.Unspecified)]
    [InlineData("tcp://example.com", "example.com", 443, AddressFamily.Unspecified)]
    [InlineData("tcp4://example.com:80", "example.com", 80, AddressFamily.InterNetwork)]
    [InlineData("tcp6://example.com:80", "example.com", 80, AddressFamily.InterNetworkV6)]
    [InlineData("TCP6://[::1]", "::1", 443, AddressFamily.InterNetworkV6)]
    [InlineData("tcp6://::1", "::1", 443, AddressFamily.InterNetworkV6)]
    [InlineData("http://example.com", "example.com", 80, AddressFamily.Unspecified)]
    [InlineData("https://example.com", "example.com", 443, AddressFamily.Unspecified)]
    [InlineData("http://example.com:8080/a:b/[c]?d#e", "example.com", 8080, AddressFamily.Unspecified)]
    [InlineData("https://example.com?query", "example.com", 443, AddressFamily.Unspecified)]
    [InlineData("https://example.com#fragment", "example.com", 443, AddressFamily.Unspecified)]
    [InlineData("HtTpS://[2001:db8::1]:8443/", "2001:db8::1", 8443, AddressFamily.Unspecified)]
    public void A_target_has_host_port_and_family(string text, string host, int port, AddressFamily family)
    {
        Assert.True(Parser.TryParse(text, out Target? target, out string? error), error);
        Assert.Equal(new Target(ProtocolType.Tcp, host, port, family), target);
    }

    [Theory]
    [InlineData("example.com", 8080, AddressFamily.InterNetwork)]
    [InlineData("tcp://example.com", 8080, AddressFamily.InterNetwork)]
    [InlineData("tcp6://example.com", 8080, AddressFamily.InterNetworkV6)]
    [InlineData("http://example.com", 80, AddressFamily.InterNetwork)]
    [InlineData("example.com:1", 1, AddressFamily.InterNetwork)]
    public void What_a_target_does_not_say_is_as_the_options_say(string text, int port, AddressFamily family)
    {
        Assert.True(new TargetParser(8080, AddressFamily.InterNetwork).TryParse(text, out Target? target, out _));
        Assert.Equal(new Target(ProtocolType.Tcp, "example.com", port, family), target);
    }

    [Theory]
    [InlineData("udp4://example.com", null, "example.com", 53, AddressFamily.InterNetwork)]
    [InlineData("udp6://example.com", null, "example.com", 53, AddressFamily.InterNetworkV6)]
    [InlineData("UDP4://192.0.2.1:123", null, "192.0.2.1", 123, AddressFamily.InterNetwork)]
    [InlineData("udp6://[2001:db8::1]:123", 99, "2001:db8::1", 123, AddressFamily.InterNetworkV6)]
    [InlineData("udp6://2001:db8::1", 99, "2001:db8::1", 99, AddressFamily.InterNetworkV6)]
    public void A_target_of_UDP_has_a_port_of_its_own(string text, int? usual, string host, int port, AddressFamily family)
    {
        Assert.True(new TargetParser(usual, AddressFamily.Unspecified).TryParse(text, out Target? target, out string? error), error);
        Assert.Equal(new Target(ProtocolType.Udp, host, port, family), target);
    }

    [Theory]
    [InlineData("", "the host is missing")]
    [InlineData(":80", "the host is missing")]
    [InlineData("tcp://", "the host is missing")]
    [InlineData("https:///path", "the host is missing")]
    [InlineData("example.com:", "port '' is not a number from 1 to 65535")]
    [InlineData("example.com:0", "port '0' is not a number from 1 to 65535")]
    [InlineData("example.com:65536", "port '65536' is not a number from 1 to 65535")]
    [InlineData("example.com:4294967376", "port '4294967376' is not a number from 1 to 65535")]
    [InlineData("example.com:+80", "port '+80' is not a number from 1 to 65535")]
    [InlineData("example.com:http", "port 'http' is not a number from 1 to 65535")]
    [InlineData("ftp://example.com", "unknown scheme 'ftp': the known ones are tcp, tcp4, tcp6, udp4, udp6, http and https")]
    [InlineData("://example.com", "unknown scheme '': the known ones are tcp, tcp4, tcp6, udp4, udp6, http and https")]
    [InlineData("udp4://example.com/path", "only http and https take a path")]
    [InlineData("udp://example.com", "unknown scheme 'udp': the known ones are tcp, tcp4, tcp6, udp4, udp6, http and https")]
    [InlineData("example.com/path", "only http and https take a path")]
    [InlineData("tcp://example.com/path", "only http and https take a path")]
    [InlineData("user@example.com", NoUsers)]
    [InlineData("user:secret@example.com", NoUsers)]
    [InlineData("user:sec:ret@example.com:80", NoUsers)]
    [InlineData("https://user:se/cret@example.com/", NoUsers)]
    [InlineData("[user:secret@::1]", NoUsers)]
    [InlineData("user:secret@ftp://example.com", NoUsers)]
    [InlineData("443", "'443' is a number, not a host: write a port after its host, as in example.com:443")]
    [InlineData("443:80", "'443' is a number, not a host: write a port after its host, as in example.com:443")]
    [InlineData("2130706433", "'2130706433' is a number, not a host: write a port after its host, as in example.com:443")]
    [InlineData("127.1", "'127.1' is an old form of 127.0.0.1: write that")]
    [InlineData("http://127.1/", "'127.1' is an old form of 127.0.0.1: write that")]
    [InlineData("010.0.0.1:80", "'010.0.0.1' is an old form of 8.0.0.1: write that")]
    [InlineData("0x7f.1", "'0x7f.1' is an old form of 127.0.0.1: write that")]
    [InlineData("0x7f000001", "'0x7f000001' is an old form of 127.0.0.1: write that")]
    [InlineData("1.2.3.256", "'1.2.3.256' is not an IPv4 address, which has four numbers from 0 to 255")]
    [InlineData("1.2.3.4.", "'1.2.3.4.' is not an IPv4 address, which has four numbers from 0 to 255")]
    [InlineData("1.2.3.4.5", "'1.2.3.4.5' is not an IPv4 address, which has four numbers from 0 to 255")]
    [InlineData("example.80", "'example.80' is not an IPv4 address, which has four numbers from 0 to 255")]
    [InlineData("192.0.2.0/24", "'192.0.2.0/24' is a network: list its hosts one by one")]
    [InlineData("2001:db8::/32", "'2001:db8::/32' is a network: list its hosts one by one")]
    [InlineData("-", "'-' means standard input only after --input")]
    [InlineData("--x", "a host does not begin with '-'")]
    [InlineData("a b", "a host cannot contain ' '")]
    [InlineData("a\u001bb", @"a host cannot contain '\u001b'")]
    [InlineData("a\u202eb", @"a host cannot contain '\u202e'")]
    [InlineData("[::1", "'[' without ']'")]
    [InlineData("[::1]80", "'80' after ']': expected ':PORT'")]
    [InlineData("[]", "'' in brackets is not an IPv6 address")]
    [InlineData("[192.0.2.1]:80", "'192.0.2.1' in brackets is not an IPv6 address")]
    [InlineData("[example.com]", "'example.com' in brackets is not an IPv6 address")]
    [InlineData("1:2:3", "'1:2:3' is neither HOST:PORT nor an IPv6 address")]
    [InlineData("example.com:80:80", "'example.com:80:80' is neither HOST:PORT nor an IPv6 address")]
    public void What_is_no_target_is_told_why(string text, string expected)
    {
        Assert.False(Parser.TryParse(text, out Target? target, out string? error));
        Assert.Null(target);
        Assert.Equal(expected, error);
    }

    [Fact]
    public void A_user_name_in_a_URL_is_not_taken_for_the_host()
    {
        Assert.False(Parser.TryParse("http://user@example.com/", out _, out _));
        Assert.False(Parser.TryParse("http://user:password@example.com/", out _, out _));
        Assert.False(Parser.TryParse("http://user:80@example.com/", out _, out _));
    }

    [Theory]
    [InlineData("https://user:secret@host/", "https://***@host/")]
    [InlineData("user:secret@host", "***@host")]
    [InlineData("http://user:se/cr@et@host:80/path", "http://***@host:80/path")]
    [InlineData("user:secret@ftp://host", "***@ftp://host")]
    [InlineData("user:secret://x@host", "***@host")]
    [InlineData("host", "host")]
    public void A_password_is_hidden(string text, string shown) => Assert.Equal(shown, Credentials.Hide(text));

    [Theory]
    [InlineData("fe80::1")]
    [InlineData("[fe80::1]:80")]
    [InlineData("tcp6://[febf:ffff::1]")]
    public void A_link_local_address_without_a_zone_is_told_how_to_write_one(string text)
    {
        Assert.False(Parser.TryParse(text, out _, out string? error));
        Assert.Matches(
            @"^'fe[8b][0-9a-f:]+' is a link-local address, which exists on every link: add the interface after a '%', as in 'fe[8b][0-9a-f:]+%\S+'$", error);
    }

    [Theory]
    [InlineData("[::1%a\u001b[31mb]:80")]
    [InlineData("::1%a b")]
    [InlineData("fe80::1%a\nb")]
    public void A_zone_has_no_control_characters_or_spaces(string text) => Assert.False(Parser.TryParse(text, out _, out _));

    [Fact]
    public void Any_string_is_a_target_or_has_a_printable_reason_why_not() => Pieces.Array[0, 6].Select(string.Concat).Sample(
        static text =>
        {
            if (Parser.TryParse(text, out Target? target, out string? error))
            {
                Assert.InRange(target.Port, 1, 65535);
                Assert.InRange(target.Host.Length, 1, 255);
                Assert.DoesNotContain(target.Host, char.IsControl);
                Assert.Null(error);
            }
            else
            {
                Assert.NotEmpty(error);
                Assert.DoesNotContain(error, static c => char.IsControl(c) || char.IsSurrogate(c));
            }
        },
        iter: 20_000);
}
