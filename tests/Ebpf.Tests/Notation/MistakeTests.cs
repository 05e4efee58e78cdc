using System.Globalization;
using Ebpf.Instructions;
using Ebpf.Notation;
using Ebpf.Tests.Instructions;

namespace Ebpf.Tests.Notation;

/// <summary>Tests the messages about texts that are not a program.</summary>
public sealed class MistakeTests
{
    public static TheoryData<string, string, string> Mistakes
    {
        get
        {
            TheoryData<string, string, string> mistakes = [];
            foreach (string[] columns in DataFile.Read("mistakes.txt"))
            {
                mistakes.Add(columns[0], columns[1], columns[2]);
            }

            return mistakes;
        }
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_shown_where_it_is(string position, string reason, string escaped)
    {
        string text = DataFile.Unescape(escaped);
        AssemblyError error = ErrorOf(text);
        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
        Assert.Equal(position, string.Create(CultureInfo.InvariantCulture, $"{error.Line}:{error.Column}"));
        Assert.Equal(text.Split('\n')[error.Line - 1].TrimEnd('\r'), error.Text);
    }

    [Fact]
    public void The_message_has_the_line_and_a_caret_below_the_place() =>
        Assert.Equal(
            "line 2, column 9: There is no label 'out'.\n    \u00a0\u00a0\u00a0goto out\n            ^".Replace('\u00a0', ' '),
            ErrorOf("exit\n   goto out").ToString());

    [Fact]
    public void Of_a_long_line_the_message_shows_the_part_around_the_place()
    {
        string message = ErrorOf("r0 = " + string.Join(" + ", Enumerable.Repeat("1", 1000)) + " + x" + new string('y', 1000)).ToString();
        Assert.InRange(message.Length, 100, 400);
        string[] lines = message.Split('\n');
        Assert.Equal('x', lines[1][lines[2].IndexOf('^', StringComparison.Ordinal)]);
    }

    [Theory]
    [InlineData("\e[2J")]
    [InlineData("r0 = \u202eevil")]
    [InlineData("goto +0 \u2028")]
    [InlineData("0000000000000000 <\e[2J\u0007>:")]
    [InlineData("r1 = map[\e]0;title\u0007]")]
    [InlineData("call \ud83d\ude00")]
    public void Nothing_in_a_text_reaches_a_terminal_as_a_command(string text) =>
        Assert.DoesNotContain(ErrorOf(text).ToString(), static c => c != '\n' && (char.IsControl(c) || char.IsSurrogate(c) || c is '\u202e' or '\u2028'));

    [Fact]
    public void A_jump_that_is_too_far_is_shown_where_it_is()
    {
        AssemblyError error = ErrorOf("r0 = 1\n  if r0 == 5 goto end\n" + string.Concat(Enumerable.Repeat("r0 = 1\n", 32768)) + "end: exit");
        Assert.Equal((2, 3, "  if r0 == 5 goto end"), (error.Line, error.Column, error.Text));
        Assert.Contains("'end' is 32768 slots long", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_exception_has_the_error()
    {
        AssemblyException exception = Assert.Throws<AssemblyException>(static () => Assembler.Parse("exit\nhello"));
        Assert.Equal(2, exception.Error?.Line);
        Assert.Equal(exception.Error?.ToString(), exception.Message);
    }

    private static AssemblyError ErrorOf(string text)
    {
        Assert.False(Assembler.TryParse(text, null, out BpfCode? code, out AssemblyError? error));
        Assert.Null(code);
        return error;
    }
}
