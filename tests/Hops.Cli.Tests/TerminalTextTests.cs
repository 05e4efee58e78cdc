using CsCheck;
using Hops.Cli.Output;

namespace Hops.Cli.Tests;

public sealed class TerminalTextTests
{
    [Fact]
    public void Text_has_no_character_that_steers_a_terminal() => Gen.String.Sample(
        static text => Assert.All((string[])[TerminalText.Escape(text), TerminalText.EscapeAll(text), TerminalText.Blank(text)], AssertSafe),
        iter: 20_000);

    [Fact]
    public void Escaped_text_is_cut_and_says_so() => Assert.Equal(new string('a', 255) + "…", TerminalText.Escape(new string('a', 256)));

    private static void AssertSafe(string text) =>
        Assert.DoesNotContain(text, static c => char.IsControl(c) || char.IsSurrogate(c) || c is '\u202e' or '\u2028');
}
