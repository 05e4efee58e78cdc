using Hops.Host.Watching;

namespace Hops.Host.Tests.Watching;

/// <summary>Tests the names that paths of cgroups contain, with the lines of <c>Data/cgroups.txt</c>.</summary>
public sealed class CgroupNameTests
{
    private const string Unknown = "-";

    public static TheoryData<string> Lines =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data/cgroups.txt")).Where(static line => !line.StartsWith('#'))];

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_path_says_what_it_says_exactly_and_nothing_else(string line)
    {
        string[] fields = line.Split(' ');
        CgroupName name = CgroupName.Of(fields[0].Replace(@"\040", " ", StringComparison.Ordinal).Replace(@"\033", "\u001b", StringComparison.Ordinal));
        Assert.Equal(fields[1..], new[] { name.Unit, name.UserUnit, name.Container, name.Pod }.Select(static text => text ?? Unknown));
    }

    [Fact]
    public void An_unknown_path_says_nothing() => Assert.Equal(new CgroupName(), CgroupName.Of(null));

    [Theory]
    [InlineData("nginx", "nginx.service")]
    [InlineData("nginx.service", "nginx.service")]
    [InlineData("user@1000", "user@1000.service")]
    [InlineData("session-3.scope", "session-3.scope")]
    [InlineData("system.slice", "system.slice")]
    [InlineData("my.app", "my.app.service")]
    [InlineData("a b", @"a\x20b.service")]
    [InlineData("home/alice", "home-alice.service")]
    [InlineData(@"dev-disk\x2dby.swap", @"dev-disk\x2dby.swap")]
    [InlineData("n\u00e4", @"n\xc3\xa4.service")]
    public void A_unit_is_completed_as_systemd_does(string name, string unit) => Assert.Equal(unit, UnitName.Complete(name));
}
