using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;
using Hops.TestSupport;

namespace Ebpf.Tests.Notation;

/// <summary>Tests messages about logs that are not of a whole program, and about details that only maps have.</summary>
public sealed class LogTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(1, "There is no instruction in this log", "processed 0 insns")]
    [InlineData(1, "Slot 0 is missing in this log", "1: (95) exit")]
    [InlineData(2, "Slot 1 is missing in this log", "func#0 @0\n0: (b7) r0 = 0\n2: (95) exit")]
    [InlineData(1, "Slot 1 is missing in this log", "0: (b7) r0 = 0")]
    [InlineData(1, "Slot 2 is missing in this log", "0: (15) if r1 == 0x0 goto pc+1\n1: (95) exit")]
    [InlineData(2, "Slot 0 has another instruction in line 1", "0: (b7) r0 = 0\n0: (b7) r0 = 1\n1: (95) exit")]
    [InlineData(2, "This slot is the second half", "0: (18) r0 = 0x5 ; R0=5\n1: (b7) r0 = 0\n2: (95) exit")]
    [InlineData(1, "The log does not show whether this is a number, a map or a function", "0: (18) r0 = 0x5\n2: (95) exit")]
    [InlineData(1, "This is a map without a name", "0: (18) r1 = 0xffff ; R1=map_ptr(ks=4,vs=8)\n2: (95) exit")]
    [InlineData(1, "This is the map 'counts' of the kernel", "0: (18) r1 = 0xffff ; R1=map_ptr(map=counts,ks=4,vs=8)\n2: (95) exit")]
    [InlineData(1, "This is an unknown kind of reference", "0: (18) r1 = 0xffff ; R1=percpu_ptr_x()\n2: (95) exit")]
    [InlineData(1, "a kfunc", "0: (85) call bpf_rdonly_cast#69434\n1: (95) exit")]
    public void A_log_that_is_not_of_a_whole_program_is_refused_where_it_is(int line, string reason, string log)
    {
        Assert.False(Assembler.TryParseLog(log, null, out _, out AssemblyError? error));
        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
        Assert.Equal((line, log.Split('\n')[line - 1]), (error.Line, error.Text));
    }

    [Fact]
    public void Lines_that_are_no_instructions_are_passed_over() => Assert.Equal(
        ["r0 = 1", "if r0 == 0 goto +0", "exit"],
        Assembler.ParseLog(
            "func#0 @0\n0: R1=ctx() R10=fp0\n; return 1; @ file.c:12\n0: (b7) r0 = 1   ; R0=1\n1: (15) if r0 == 0x0 goto pc+0\n"
            + "mark_precise: frame0: regs=r0 stack= before 0: (b7) r0 = 7\n\n"
            + "from 1 to 2: R0=1\n2: (95) exit\n0: (b7) r0 = 1\nprocessed 4 insns (limit 1000000)\n")
            .Instructions.Select(static i => i.ToString()));

    [Theory]
    [InlineData("0: (b7) r0 = 0\n")]
    [InlineData("from 1 to 2: R0=1\n")]
    [InlineData("0: (18) r1 = 0x5 ; R1=")]
    [InlineData("   0: .......... (")]
    public async Task Ten_megabytes_of_log_are_read_in_linear_time(string repeated)
    {
        string log = string.Concat(Enumerable.Repeat(repeated, 10_000_000 / repeated.Length));
        AssemblyError? error = await Task.Run(
            () => Assembler.TryParseLog(log, null, out _, out AssemblyError? found) ? null : found, TestContext.Current.CancellationToken)
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.True(error is { Reason.Length: < 300 });
    }

    [Fact]
    public void Of_several_instructions_in_a_line_each_has_its_own_place()
    {
        BpfCode code = Assembler.Parse("r0 = 0\n  r1 = 1; r2 = 2 // two\nexit");
        Assert.Equal(
            ["line 1: r0 = 0", "line 2, column 3: r1 = 1", "line 2, column 11: r2 = 2", "line 3: exit"],
            Enumerable.Range(0, 4).Select(slot => code.DescribeSource(slot)));
    }

    [Fact]
    public void A_symbol_of_a_compiler_is_the_map_that_was_given_under_its_name()
    {
        Requires.Root();
        using BpfMap<uint, ulong> counts = BpfMap.Create<uint, ulong>(BpfMapType.Array, 1, name: "counts");
        BpfCode code = Assembler.Parse("r1 = counts ll", new Dictionary<string, BpfMap> { ["counts"] = counts });
        Assert.Equal([counts], code.Maps);
        Assert.Equal("        r1 = map[counts]\n", code.ToString());
    }

    [Fact]
    public void Only_an_array_with_one_entry_has_a_value_with_an_address()
    {
        Requires.Root();
        using BpfMap<uint, ulong> two = BpfMap.Create<uint, ulong>(BpfMapType.Array, 2, name: "two");
        using BpfMap<uint, ulong> hash = BpfMap.Create<uint, ulong>(BpfMapType.Hash, 1, name: "hash");
        Dictionary<string, BpfMap> maps = new() { ["two"] = two, ["hash"] = hash };
        Assert.Contains("'two' is an array with 2 entries", ReasonOf("r1 = map[two][0]+0", maps), StringComparison.Ordinal);
        Assert.Contains("'hash' is a map of type Hash", ReasonOf("r1 = map[hash][0]+0", maps), StringComparison.Ordinal);
        Assert.Contains("'two' is an array with 2 entries", ReasonOf("r1 = map[idx:0][0]+0\nr2 = map[two]", maps), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Assembler().LoadMapValue(Register.R1, two));
    }

    private static string ReasonOf(string text, Dictionary<string, BpfMap> maps)
    {
        Assert.False(Assembler.TryParse(text, maps, out _, out AssemblyError? error));
        return error.Reason;
    }
}
