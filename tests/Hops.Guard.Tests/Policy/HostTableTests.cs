using Hops.Guard.Policy;

namespace Hops.Guard.Tests.Policy;

public sealed class HostTableTests
{
    private static readonly HostTable<int> Table = new(new Dictionary<string, int>
    {
        ["*.partner.example"] = 1,
        ["*.eu.partner.example"] = 2,
        ["own.eu.partner.example"] = 3,
        ["*.Bücher.example."] = 4,
        ["192.0.2.1"] = 5,
        ["*.internal"] = 6,
    });

    [Theory]
    [InlineData("a.partner.example", 1)]
    [InlineData("A.Partner.Example.", 1)]
    [InlineData("a.b.c.partner.example", 1)]
    [InlineData("x.eu.partner.example", 2)]
    [InlineData("x.y.eu.partner.example", 2)]
    [InlineData("eu.partner.example", 1)]
    [InlineData("own.eu.partner.example", 3)]
    [InlineData("below.own.eu.partner.example", 2)]
    [InlineData("a.xn--bcher-kva.example", 4)]
    [InlineData("192.0.2.1", 5)]
    [InlineData("db.internal", 6)]
    public void The_own_entry_comes_first_and_then_the_longest_pattern(string host, int value)
    {
        Assert.True(Table.TryFind(host, out int found));
        Assert.Equal(value, found);
    }

    [Theory]
    [InlineData("partner.example")]
    [InlineData("notpartner.example")]
    [InlineData("a.notpartner.example")]
    [InlineData("partner.example.evil.test")]
    [InlineData("xn--bcher-kva.example")]
    [InlineData("internal")]
    [InlineData("192.0.2.2")]
    [InlineData("1.192.0.2.1")]
    [InlineData("2001:db8::1")]
    [InlineData("")]
    [InlineData(".")]
    public void Others_are_not_found(string host) => Assert.False(Table.TryFind(host, out _));

    [Theory]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("*partner.example")]
    [InlineData("a.*.example")]
    [InlineData("*.*.example")]
    [InlineData("*.192.0.2.1")]
    [InlineData("*.0x7f")]
    [InlineData("*.a b")]
    [InlineData("*.example:443")]
    public void What_is_no_pattern_is_not_read(string text) => Assert.False(HostName.TryReadPattern(text, out _, out string? problem) || problem is null);
}
