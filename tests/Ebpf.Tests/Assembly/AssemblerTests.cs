using Ebpf.Assembly;
using Hops.TestSupport;
using static Ebpf.Assembly.Register;
using static Ebpf.Assembly.Width;

namespace Ebpf.Tests.Assembly;

public sealed class AssemblerTests
{
    public static TheoryData<string, Action<Assembler>> Forms => new()
    {
        { "r6 = r1", static asm => asm.Move(R6, R1) },
        { "r0 = -1", static asm => asm.Move(R0, -1) },
        { "r0 = 2147483647", static asm => asm.Move(R0, int.MaxValue) },
        { "r1 += r2", static asm => asm.Add(R1, R2) },
        { "r2 += -4", static asm => asm.Add(R2, -4) },
        { "r1 -= r2", static asm => asm.Subtract(R1, R2) },
        { "r1 -= 7", static asm => asm.Subtract(R1, 7) },
        { "r1 *= r2", static asm => asm.Multiply(R1, R2) },
        { "r1 *= 7", static asm => asm.Multiply(R1, 7) },
        { "r1 /= r2", static asm => asm.Divide(R1, R2) },
        { "r1 /= 7", static asm => asm.Divide(R1, 7) },
        { "r1 %= r2", static asm => asm.Modulo(R1, R2) },
        { "r1 %= 7", static asm => asm.Modulo(R1, 7) },
        { "r1 &= r2", static asm => asm.And(R1, R2) },
        { "r0 &= 22", static asm => asm.And(R0, 0x16) },
        { "r1 |= r2", static asm => asm.Or(R1, R2) },
        { "r1 |= 7", static asm => asm.Or(R1, 7) },
        { "r1 ^= r2", static asm => asm.Xor(R1, R2) },
        { "r1 ^= 7", static asm => asm.Xor(R1, 7) },
        { "r1 <<= r2", static asm => asm.ShiftLeft(R1, R2) },
        { "r1 <<= 8", static asm => asm.ShiftLeft(R1, 8) },
        { "r1 >>= r2", static asm => asm.ShiftRight(R1, R2) },
        { "r1 >>= 8", static asm => asm.ShiftRight(R1, 8) },
        { "r1 s>>= r2", static asm => asm.ArithmeticShiftRight(R1, R2) },
        { "r1 s>>= 8", static asm => asm.ArithmeticShiftRight(R1, 8) },
        { "r0 = *(u8 *)(r1 + 0)", static asm => asm.Load(R0, U8[R1]) },
        { "r0 = *(u16 *)(r1 + 2)", static asm => asm.Load(R0, U16[R1 + 2]) },
        { "r0 = *(u32 *)(r1 + 16)", static asm => asm.Load(R0, U32[R1 + 16]) },
        { "r0 = *(u64 *)(r10 - 8)", static asm => asm.Load(R0, U64[R10 - 8]) },
        { "r0 = *(u64 *)(r1 - 32768)", static asm => asm.Load(R0, U64[R1 - 32768]) },
        { "*(u8 *)(r1 + 0) = r0", static asm => asm.Store(U8[R1], R0) },
        { "*(u16 *)(r1 + 2) = r0", static asm => asm.Store(U16[R1 + 2], R0) },
        { "*(u32 *)(r10 - 4) = r0", static asm => asm.Store(U32[R10 - 4], R0) },
        { "*(u64 *)(r1 + 32767) = r9", static asm => asm.Store(U64[R1 + 32767], R9) },
        { "*(u8 *)(r1 + 0) = 1", static asm => asm.Store(U8[R1], 1) },
        { "*(u64 *)(r10 - 16) = -5", static asm => asm.Store(U64[R10 - 16], -5) },
        { "r0 = *(u8 *)skb[13]", static asm => asm.LoadPacket(U8, 13) },
        { "r0 = *(u16 *)skb[12]", static asm => asm.LoadPacket(U16, 12) },
        { "r0 = *(u32 *)skb[-1048576]", static asm => asm.LoadPacket(U32, -0x100000) },
        { "r3 = 0x123456789abcdef0 ll", static asm => asm.LoadImmediate(R3, 0x123456789abcdef0) },
        { "r3 = 0xffffffffffffffff ll", static asm => asm.LoadImmediate(R3, -1) },
        { "r0 = cmpxchg_64(r6 + 8, r0, r7)", static asm => asm.CompareExchange(U64[R6 + 8], R7) },
        { "call 46", static asm => asm.Call(Helper.GetSocketCookie) },
        { "call 200", static asm => asm.Call(200) },
        { "exit", static asm => asm.Exit() },
    };

    public static TheoryData<string, Comparison> Conditions => new()
    {
        { "r0 == 5", R0 == 5 },
        { "r0 != 0x12", R0 != 0x12 },
        { "r0 > 0xdd86", R0 > 0xdd86 },
        { "r0 >= -1", R0 >= -1 },
        { "r0 < 5", R0 < 5 },
        { "r0 <= 5", R0 <= 5 },
        { "r0 & 0x10", R0 & 0x10 },
        { "r1 == r2", R1 == R2 },
        { "r1 != r2", R1 != R2 },
        { "r1 > r2", R1 > R2 },
        { "r1 >= r2", R1 >= R2 },
        { "r1 < r2", R1 < R2 },
        { "r1 <= r2", R1 <= R2 },
        { "r1 & r2", R1 & R2 },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_call_is_printed_in_the_kernels_notation(string expected, Action<Assembler> call) =>
        Assert.Equal(expected, Assert.Single(Assemble(call).Instructions).ToString());

    [Theory]
    [MemberData(nameof(Conditions))]
    public void A_condition_is_printed_in_the_kernels_notation(string expected, Comparison condition) =>
        Assert.Equal($"if {expected} goto +0", Assemble(asm => JumpOver(asm, condition)).Instructions[0].ToString());

    [Fact]
    public void What_is_printed_is_assembled_by_llvm_to_the_same_bytes()
    {
        BpfCode code = Assemble(static asm =>
        {
            Label end = asm.NewLabel("end");
            Label start = asm.NewLabel("start");
            asm.Mark(start);
            foreach (var form in Forms)
            {
                form.Data.Item2(asm);
            }

            foreach (var condition in Conditions)
            {
                asm.JumpIf(condition.Data.Item2, end);
                asm.JumpIf(condition.Data.Item2, start);
            }

            asm.Jump(start);
            asm.Jump(end);
            asm.Mark(end);
            asm.Exit();
        });

        using BpfCode.Resolved ours = code.Resolve();
        Assert.Equal(Convert.ToHexString(Llvm.Assemble(code.ToString())), Convert.ToHexString(ours.Bytes));
    }

    [Fact]
    public void A_jump_over_a_64_bit_load_counts_its_two_slots() =>
        Assert.Equal(2, Assemble(static asm =>
        {
            Label end = asm.NewLabel();
            asm.Jump(end);
            asm.LoadImmediate(R0, 0);
            asm.Mark(end);
            asm.Exit();
        }).Instructions[0].Offset);

    [Theory]
    [InlineData(32767)]
    [InlineData(32768)]
    public void A_jump_forward_reaches_32767_slots_and_is_refused_beyond(int distance)
    {
        Assembler asm = new();
        Label end = asm.NewLabel("far");
        asm.Jump(end);
        Fill(asm, distance);
        asm.Mark(end);
        asm.Exit();
        if (distance <= short.MaxValue)
        {
            Assert.Equal(distance, asm.Assemble().Instructions[0].Offset);
        }
        else
        {
            Assert.Contains("'far' is 32768 slots long", Assert.Throws<AssemblyException>(asm.Assemble).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(32767)]
    [InlineData(32768)]
    public void A_jump_back_reaches_32768_slots_and_is_refused_beyond(int distance)
    {
        Assembler asm = new();
        Label start = asm.NewLabel("back");
        asm.Mark(start);
        Fill(asm, distance);
        asm.Jump(start);
        if (distance + 1 <= -short.MinValue)
        {
            Assert.Equal(-distance - 1, asm.Assemble().Instructions[^1].Offset);
        }
        else
        {
            Assert.Contains("'back' is -32769 slots long", Assert.Throws<AssemblyException>(asm.Assemble).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_label_that_was_never_placed_is_named()
    {
        Assembler asm = new();
        asm.Jump(asm.NewLabel("nowhere"));
        Assert.Contains("'nowhere' is used, but never placed", Assert.Throws<AssemblyException>(asm.Assemble).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_has_one_place()
    {
        Assembler asm = new();
        Label twice = asm.NewLabel("twice");
        asm.Mark(twice);
        Assert.Contains("'twice' is placed already", Assert.Throws<ArgumentException>(() => asm.Mark(twice)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_belongs_to_its_assembler()
    {
        Label foreign = new Assembler().NewLabel("foreign");
        Assert.Throws<ArgumentException>(() => new Assembler().Jump(foreign));
        Assert.Throws<ArgumentException>(() => new Assembler().Mark(foreign));
    }

    [Theory]
    [InlineData(32768)]
    [InlineData(-32769)]
    public void An_offset_that_does_not_fit_is_refused_not_cut_off(int offset)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Assembler().Load(R0, U64[R1 + offset]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Assembler().Store(U64[R1 + offset], R0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Assembler().CompareExchange(U64[R1 + offset], R0));
    }

    [Fact]
    public void A_packet_load_of_eight_bytes_does_not_exist() =>
        Assert.Throws<ArgumentException>(() => new Assembler().LoadPacket(U64, 0));

    private static BpfCode Assemble(Action<Assembler> write)
    {
        Assembler asm = new();
        write(asm);
        return asm.Assemble();
    }

    private static void JumpOver(Assembler asm, Comparison condition)
    {
        Label next = asm.NewLabel();
        asm.JumpIf(condition, next);
        asm.Mark(next);
    }

    private static void Fill(Assembler asm, int slots)
    {
        for (int i = 0; i < slots; i++)
        {
            asm.Move(R0, i);
        }
    }
}
