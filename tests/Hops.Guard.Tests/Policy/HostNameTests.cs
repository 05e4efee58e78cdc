using Hops.Guard.Policy;

namespace Hops.Guard.Tests.Policy;

public sealed class HostNameTests
{
    [Theory]
    [InlineData("partner.example", "partner.example")]
    [InlineData("Partner.EXAMPLE.", "partner.example")]
    [InlineData("localhost", "localhost")]
    [InlineData("a_b.example", "a_b.example")]
    [InlineData("1.example", "1.example")]
    [InlineData("10.0.0.1.example", "10.0.0.1.example")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("BÜCHER。example", "xn--bcher-kva.example")]
    [InlineData("XN--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("::1", "::1")]
    [InlineData("[::1]", "::1")]
    [InlineData("0:0::1", "::1")]
    [InlineData("2001:DB8::0.0.0.1", "2001:db8::1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    public void A_host_is_read_as_hosts_are_compared(string text, string host)
    {
        Assert.True(HostName.TryRead(text, out string read, out string? problem), problem);
        Assert.Equal(host, read);
        // A request's host comes as a URL has it.
        Assert.Equal(host, HostName.Canonical(HostName.EndPointOf(new UriBuilder(Uri.UriSchemeHttps, text).Uri).Host));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a b")]
    [InlineData(" partner.example")]
    [InlineData("partner.example ")]
    [InlineData("partner..example")]
    [InlineData("partner.example..")]
    [InlineData("*.example")]
    [InlineData("partner.example:443")]
    [InlineData("https://partner.example")]
    [InlineData("partner.example/path")]
    [InlineData("user@partner.example")]
    [InlineData("10.1.0.0/16")]
    [InlineData("010.0.0.1")]
    [InlineData("127.1")]
    [InlineData("443")]
    [InlineData("0x7f.1")]
    [InlineData("a.0x")]
    [InlineData("a.256")]
    [InlineData("192.0.2.1.")]
    [InlineData("１２７.0.0.1")]
    [InlineData("[::1")]
    [InlineData("[::1]:443")]
    [InlineData("[192.0.2.1]")]
    [InlineData("fe80::1%eth0")]
    public void What_is_no_host_is_not_taken_for_one(string text) => Assert.False(HostName.TryRead(text, out string host, out _), host);

    [Fact]
    public void A_name_that_looks_like_an_address_is_not_that_address()
    {
        Assert.Equal("127.0.0.1", HostName.Canonical("127.0.0.1"));
        Assert.NotEqual("127.0.0.1", HostName.Canonical("127.0.0.1."));
    }

    [Fact]
    public void A_name_has_at_most_253_characters()
    {
        string longest = string.Join('.', Enumerable.Repeat(new string('a', 62), 4)) + ".b";
        Assert.Equal(253, longest.Length);
        Assert.True(HostName.TryRead(longest + ".", out _, out _));
        Assert.False(HostName.TryRead(longest + "b", out _, out _));
    }
}
