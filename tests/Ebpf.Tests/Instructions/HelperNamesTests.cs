using System.Globalization;
using System.Text.RegularExpressions;
using Ebpf.Features;
using Ebpf.Instructions;
using Ebpf.Programs;
using Hops.TestSupport;

namespace Ebpf.Tests.Instructions;

public sealed partial class HelperNamesTests
{
    [Fact]
    public void Numbers_and_names_are_those_of_linux_bpf_h()
    {
        string[] inHeader = NamesInHeader();
        Assert.True(inHeader.Length > 200, $"The header has {inHeader.Length} helpers.");
        // The machine's header may be older than the last helpers.
        Assert.Equal(inHeader, Enumerable.Range(1, Math.Min(inHeader.Length, HelperNames.Last)).Select(HelperNames.NameOf));
    }

    [Fact]
    public void The_verifier_calls_every_helper_by_the_same_name()
    {
        Requires.Root();
        Assert.SkipUnless(Environment.OSVersion.Version >= new Version(6, 2), "needs Linux 6.2, which has all helpers");
        for (int number = 1; number <= HelperNames.Last; number++)
        {
            // A second call makes the program wrong, so that the log has the first.
            ProbeProgram program = ProbeProgram.Load(
                BpfProgramType.SocketFilter,
                new(Opcodes.Call, Register.R0, Register.R0, 0, number),
                new(Opcodes.Call, Register.R0, Register.R0, 0, 9999),
                new(Opcodes.Exit, Register.R0, Register.R0, 0, 0));
            Assert.Contains($"{HelperNames.NameOf(number)}#{number}", program.Log.Split('\n', ' '));
        }
    }

    [Fact]
    public void The_kernel_has_no_helper_after_the_last()
    {
        Requires.Root();
        const int Next = HelperNames.Last + 1;
        Assert.Contains($"invalid func unknown#{Next}", BpfFeatures.Probe((Helper)Next, BpfProgramType.Xdp).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_leads_back_to_its_number()
    {
        for (int number = 1; number <= HelperNames.Last; number++)
        {
            Assert.True(HelperNames.TryGetNumber(HelperNames.NameOf(number), out int found));
            Assert.Equal(number, found);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("bpf_unspec")]
    [InlineData("map_lookup_elem")]
    [InlineData("bpf_map_lookup_ele")]
    [InlineData("bpf_map_lookup_elem ")]
    [InlineData("BPF_map_lookup_elem")]
    public void Other_names_are_no_helpers(string name)
    {
        Assert.False(HelperNames.TryGetNumber(name, out int number));
        Assert.Equal(0, number);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(HelperNames.Last + 1)]
    [InlineData(int.MaxValue)]
    public void Other_numbers_are_no_helpers(int number) => Assert.Null(HelperNames.NameOf(number));

    [Fact]
    public void Looking_a_name_up_allocates_nothing()
    {
        const string Line = "call bpf_get_socket_cookie#46";
        HelperNames.TryGetNumber(Line.AsSpan(5, 21), out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool found = HelperNames.TryGetNumber(Line.AsSpan(5, 21), out int number);
        string? name = HelperNames.NameOf(number);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(found);
        Assert.Equal("bpf_get_socket_cookie", name);
    }

    [Fact]
    public void Every_member_of_the_enumeration_is_a_helper()
    {
        foreach (Helper helper in Enum.GetValues<Helper>())
        {
            Assert.NotNull(HelperNames.NameOf((int)helper));
        }
    }

    private static string[] NamesInHeader()
    {
        string compiler = Requires.Program("gcc", "gcc");
        string source = Path.ChangeExtension(Path.GetTempFileName(), ".c");
        try
        {
            File.WriteAllText(source, "#include <linux/bpf.h>\n");
            string text = Command.Run(compiler, "-E", "-P", source);
            string enumeration = Functions().Match(text).Value;
            (string Name, int Number)[] functions = [.. Function().Matches(enumeration).Select(static (match, index) =>
                (match.Groups["name"].Value,
                    match.Groups["number"] is { Success: true, Value: var number } ? int.Parse(number, CultureInfo.InvariantCulture) : index))];
            Assert.Equal(Enumerable.Range(0, functions.Length), functions.Select(static f => f.Number));
            return [.. functions.Skip(1).Select(static f => "bpf_" + f.Name)];
        }
        finally
        {
            File.Delete(source);
            File.Delete(Path.ChangeExtension(source, ".tmp"));
        }
    }

    [GeneratedRegex(@"enum bpf_func_id \{.*?\}", RegexOptions.Singleline)]
    private static partial Regex Functions();

    [GeneratedRegex(@"BPF_FUNC_(?<name>[a-z0-9_]+)(\s*=\s*(?<number>\d+))?\s*,")]
    private static partial Regex Function();
}
