using System.Globalization;
using Ebpf.Instructions;
using Ebpf.Notation;

namespace Ebpf.Tests.Notation;

/// <summary>
/// Texts that make a careless reader slow: what takes a step for each pair of characters would need weeks for them.
/// </summary>
public sealed class HostileTextTests
{
    private const int Length = 10_000_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static TheoryData<string, string, string, int> Repetitions => new()
    {
        // Before, what is repeated, after, and in which line the error is; 0: there is none.
        { "", "\n", "", 0 },
        { "", " ", "exit", 0 },
        { "", "exit\n", "exit", 0 },
        { "exit //", "x", "", 0 },
        { "r0 = 1", " + 1 - 1", "", 0 },
        { "r0 = 0x", "0", "1", 0 },
        { "", "x", ": exit", 0 },
        { "", "x", "", 1 },
        { "", "9", "", 1 },
        { "r0 = ", "9", "", 1 },
        { "r0 = ", "-", "1", 1 },
        { "r0 = ", "+ 18446744073709551615 ", "", 1 },
        { "r0 = 0x", "f", "", 1 },
        { "r0 = *(u32 *)(", "(", "", 1 },
        { "goto ", "x", "", 1 },
        { "goto ", "x", "\n", 1 },
        { "call bpf_", "x", "#1 1", 1 },
        { "call bpf_", "x", "", 1 },
        { "r1 = map[", "x", "]", 1 },
        { "r1 = map[", "x", "", 1 },
        { "0000000000000000 <", "x", "", 1 },
        { "0000000000000000 <", "x", ">:", 0 },
        { "(", "f", ")", 1 },
        { "exit", " ", "x", 1 },
        { "", "\0", "", 1 },
        { "", "\r", "", 0 },
        { "", "x: ", "", 1 },
        { "", "goto x\n", "", 1 },
        { "", "exit;", "", 0 },
        { "", ";", "", 0 },
        { "", "/**/", "", 0 },
        { "exit /*", "/*", "", 1 },
        { "", "; exit\n", "", 1 },
        { "", "; x y\n", "", 0 },
        { "0: exit", "; 0: exit", "", 1 },
        { "r0 = 0b", "0", "", 0 },
        { "r", "1", " = 0", 1 },
        { "x:\n", "if r0 == 0 goto -1\n", "goto nowhere", 2 + (Length / 19) },
    };

    [Theory]
    [MemberData(nameof(Repetitions))]
    public async Task Ten_megabytes_are_read_in_linear_time(string before, string repeated, string after, int line)
    {
        string text = before + string.Concat(Enumerable.Repeat(repeated, Length / repeated.Length)) + after;
        AssemblyError? error = await Task.Run(
            () => Assembler.TryParse(text, null, out _, out AssemblyError? found) ? null : found, TestContext.Current.CancellationToken)
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(line, error?.Line ?? 0);
        Assert.True(error is null || (error.Reason.Length < 300 && error.ToString().Length < 600), "The message is as long as the line.");
    }

    [Fact]
    public async Task Many_labels_are_read_and_printed_in_linear_time()
    {
        string text = string.Concat(Enumerable.Range(0, 400_000).Select(static i => string.Create(CultureInfo.InvariantCulture, $"x{i}: goto x{i}\n")));
        string printed = await Task.Run(() => Assembler.Parse(text).ToString(), TestContext.Current.CancellationToken)
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.EndsWith("x399999:\n        goto x399999\n", printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_labels_are_made_in_linear_time()
    {
        await Task.Run(
            static () =>
            {
                Assembler asm = new();
                for (int i = 0; i < 400_000; i++)
                {
                    asm.NewLabel(string.Create(CultureInfo.InvariantCulture, $"x{i}"));
                }
            },
            TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
    }
}
