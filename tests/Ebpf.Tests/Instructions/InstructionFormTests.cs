using Ebpf.Instructions;
using Ebpf.Notation;

namespace Ebpf.Tests.Instructions;

/// <summary>Every form of instruction, in both directions, and the other ways to write it.</summary>
public sealed class InstructionFormTests
{
    public static TheoryData<string, string> Forms => DataFile.Pairs("instructions.txt");

    public static TheoryData<string, string> Spellings => DataFile.Pairs("spellings.txt");

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_text_is_assembled_to_these_bytes(string bytes, string text) =>
        Assert.Equal(bytes, ToHex(Assembler.Parse(text)));

    [Theory]
    [MemberData(nameof(Forms))]
    public void Bytes_are_printed_as_this_text(string bytes, string text) =>
        Assert.Equal(text, Assert.Single(BpfCode.Decode(FromHex(bytes)).Instructions).ToString());

    [Theory]
    [MemberData(nameof(Spellings))]
    public void Another_spelling_means_the_same(string ours, string other) =>
        Assert.Equal(ToHex(Assembler.Parse(DataFile.Unescape(ours))), ToHex(Assembler.Parse(DataFile.Unescape(other))));

    [Fact]
    public void Every_form_is_there_once() =>
        Assert.Distinct(DataFile.Read("instructions.txt").Select(static columns => columns[0]));

    internal static string ToHex(BpfCode code) => ToHex(code.ToBytes());

    internal static string ToHex(ReadOnlySpan<byte> bytes)
    {
        List<string> pairs = [];
        foreach (byte b in bytes)
        {
            pairs.Add(b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return string.Join(' ', pairs);
    }

    internal static byte[] FromHex(string bytes) => Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal));
}
