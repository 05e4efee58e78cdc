using Hops.Common.Remedies;

namespace Hops.Cli.Tests;

public sealed class RemedyTextTests
{
    public static TheoryData<HopRemedyKind> Kinds => [.. Enum.GetValues<HopRemedyKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_remedy_has_a_sentence_of_its_own(HopRemedyKind kind)
    {
        string sentence = RemedyText.Of(new HopRemedy(kind, "subject"));
        Assert.DoesNotContain(kind.ToString(), sentence, StringComparison.Ordinal);
        Assert.False(sentence.EndsWith('.'));
        Assert.Single(Enum.GetValues<HopRemedyKind>(), other => RemedyText.Of(new HopRemedy(other, "subject")) == sentence);
    }

    [Theory]
    [InlineData("/usr/bin/hops", "sudo setcap cap_bpf+ep /usr/bin/hops")]
    [InlineData("/opt/it's here/hops", @"sudo setcap cap_bpf+ep '/opt/it'\''s here/hops'")]
    public void A_path_is_quoted_for_the_shell(string path, string expected) =>
        Assert.Equal(expected, RemedyText.Of(new HopRemedy(HopRemedyKind.GrantCapabilityToProgram, path)));

    [Theory]
    [InlineData("hops", "sudo usermod -aG hops USER, then log in again (systemd: SupplementaryGroups=hops)")]
    [InlineData("61234", "sudo groupadd --gid 61234 NAME, sudo usermod -aG NAME USER, then log in again (containers: --group-add 61234)")]
    public void A_group_without_a_name_gets_one_first(string group, string expected) =>
        Assert.Equal(expected, RemedyText.Of(new HopRemedy(HopRemedyKind.JoinGroup, group)));
}
