using System.Buffers.Binary;
using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Programs;
using Hops.TestSupport;
using static Ebpf.Instructions.Register;
using static Ebpf.Instructions.Width;

namespace Ebpf.Tests.Programs;

public sealed class ProgramTestTests
{
    private const int EthernetHeader = 14;
    private const int PacketLength = 64;

    [Theory]
    [InlineData(BpfProgramType.SocketFilter, PacketLength - EthernetHeader)]
    [InlineData(BpfProgramType.CgroupSkb, PacketLength - EthernetHeader)]
    public void A_packet_program_sees_the_packet_behind_its_link_header(BpfProgramType type, uint expected)
    {
        Requires.Root();
        Assembler asm = new();
        asm.Load(R0, U32[R1 + SkBuff.Length]);
        if (type == BpfProgramType.CgroupSkb)
        {
            // It may return 0 and 1 only.
            Label one = asm.NewLabel();
            asm.JumpIf(R0 == (int)expected, one);
            asm.Move(R0, 0);
            asm.Exit();
            asm.Mark(one);
            asm.Move(R0, 1);
        }

        asm.Exit();
        using BpfProgram program = Code.Load(type, asm.Assemble());
        BpfTestResult result = program.Test(Packet());
        Assert.Equal(type == BpfProgramType.CgroupSkb ? 1 : expected, result.ReturnValue);
        Assert.False(result.Truncated);
    }

    [Fact]
    public void An_XDP_program_changes_the_packet_and_its_length()
    {
        Requires.Root();
        using BpfProgram program = Code.Load(BpfProgramType.Xdp, WriteFirstByteAndCutFour());
        byte[] output = new byte[PacketLength + 16];
        output.AsSpan().Fill(0xee);
        BpfTestResult result = program.Test(Packet(), output);
        Assert.Equal((uint)XdpVerdict.Transmit, result.ReturnValue);
        Assert.Equal((PacketLength - 4, false), (result.OutputLength, result.Truncated));
        byte[] expected = Packet()[..^4];
        expected[0] = 0x7f;
        Assert.Equal(expected, output[..result.OutputLength]);
        Assert.All(output[result.OutputLength..], static b => Assert.Equal(0xee, b));
    }

    [Fact]
    public void Output_that_does_not_fit_is_cut_off_and_its_length_told()
    {
        Requires.Root();
        using BpfProgram program = Code.Load(BpfProgramType.Xdp, Code.Return(XdpVerdict.Pass));
        byte[] output = new byte[32];
        BpfTestResult result = program.Test(Packet(), output.AsSpan(0, 10));
        Assert.Equal((10, true), (output.AsSpan().IndexOf((byte)0), result.Truncated));
        Assert.Equal((uint)XdpVerdict.Pass, result.ReturnValue);
        Assert.Equal(PacketLength, result.OutputLength);
        Assert.Equal(Packet()[..10], output[..10]);
        Assert.All(output[10..], static b => Assert.Equal(0, b));
    }

    [Fact]
    public void The_context_goes_in_and_comes_out()
    {
        Requires.Root();
        // r0 = mark; priority in the control block's first word
        Assembler asm = new();
        asm.Load(R0, U32[R1 + SkBuff.Mark]);
        asm.Load(R2, U32[R1 + SkBuff.Priority]);
        asm.Store(U32[R1 + SkBuff.ControlBlock], R2);
        asm.Exit();
        using BpfProgram program = Code.Load(BpfProgramType.SocketFilter, asm.Assemble());
        byte[] context = new byte[192];
        BinaryPrimitives.WriteUInt32LittleEndian(context.AsSpan(SkBuff.Mark), 0xabcd);
        BinaryPrimitives.WriteUInt32LittleEndian(context.AsSpan(SkBuff.Priority), 6);
        byte[] after = new byte[192];
        BpfTestResult result = program.Test(Packet(), context: context, contextOutput: after);
        Assert.Equal(0xabcdu, result.ReturnValue);
        Assert.Equal(192, result.ContextLength);
        Assert.Equal(6u, BinaryPrimitives.ReadUInt32LittleEndian(after.AsSpan(SkBuff.Priority)));

        BinaryPrimitives.WriteUInt32LittleEndian(context.AsSpan(SkBuff.Hash), 1);
        Assert.Contains(
            "the context has a value in a field that must be 0",
            Assert.Throws<BpfException>(() => program.Test(Packet(), context: context)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_runs_as_often_as_it_is_told()
    {
        Requires.Root();
        using Ebpf.Maps.BpfMap<uint, ulong> counter = Code.Counter();
        using BpfProgram program = Code.Load(BpfProgramType.Xdp, Code.CountAndReturn(counter, XdpVerdict.Drop));
        program.Test(Packet());
        Assert.Equal(1ul, counter[0]);
        Assert.Equal((uint)XdpVerdict.Drop, program.Test(Packet(), repeat: 1000).ReturnValue);
        Assert.Equal(1001ul, counter[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => program.Test(Packet(), repeat: 0));
    }

    [Theory]
    [InlineData(BpfProgramType.SocketFilter, 0)]
    [InlineData(BpfProgramType.SocketFilter, EthernetHeader - 1)]
    [InlineData(BpfProgramType.CgroupSkb, EthernetHeader - 1)]
    [InlineData(BpfProgramType.Xdp, EthernetHeader - 1)]
    public void A_packet_too_short_is_explained(BpfProgramType type, int length)
    {
        Requires.Root();
        using BpfProgram program = Code.Load(type, Code.Return(1));
        BpfException refusal = Assert.Throws<BpfException>(() => program.Test(new byte[length]));
        Assert.Equal(
            $"Testing a program of type {type} failed: the packet has {length} bytes; "
            + "it must be an Ethernet frame, its header of 14 bytes included, with something in it (bpf(BPF_PROG_TEST_RUN): EINVAL)",
            refusal.Message);
    }

    [Theory]
    [InlineData(BpfProgramType.SocketFilter)]
    [InlineData(BpfProgramType.Xdp)]
    public void A_packet_too_long_is_explained(BpfProgramType type)
    {
        Requires.Root();
        using BpfProgram program = Code.Load(type, Code.Return(1));
        Assert.Equal(1u, program.Test(new byte[3_500]).ReturnValue);
        Assert.Contains(
            "the packet is too long for a test, with 1000000 bytes",
            Assert.Throws<BpfException>(() => program.Test(new byte[1_000_000])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(BpfProgramType.CgroupSockAddr, BpfAttachType.CgroupConnect4)]
    [InlineData(BpfProgramType.SockOps, BpfAttachType.CgroupSockOps)]
    public void A_type_that_cannot_be_tested_is_told(BpfProgramType type, BpfAttachType attachType)
    {
        Requires.Root();
        using BpfProgram program = Code.Load(type, Code.Return(1), attachType);
        BpfException refusal = Assert.Throws<BpfException>(() => program.Test(Packet()));
        Assert.Equal(Errno.ENOTSUPP, refusal.Errno);
        Assert.Contains("the kernel cannot run programs of this type on a packet; attach it and send one", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_test_allocates_nothing()
    {
        Requires.Root();
        using BpfProgram program = Code.Load(BpfProgramType.Xdp, Code.Return(XdpVerdict.Pass));
        byte[] packet = Packet();
        byte[] output = new byte[PacketLength];
        program.Test(packet, output);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            program.Test(packet, output);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static byte[] Packet() => [.. Enumerable.Range(1, PacketLength).Select(static i => (byte)i)];

    private static BpfCode WriteFirstByteAndCutFour()
    {
        const int AdjustTail = 65;
        Assembler asm = new();
        Label end = asm.NewLabel();
        asm.Load(R2, U32[R1 + XdpMd.Data]);
        asm.Load(R3, U32[R1 + XdpMd.DataEnd]);
        asm.Move(R4, R2);
        asm.Add(R4, 1);
        asm.JumpIf(R4 > R3, end);
        asm.Store(U8[R2], 0x7f);
        asm.Move(R2, -4);
        asm.Call(AdjustTail);
        asm.Mark(end);
        asm.Move(R0, XdpVerdict.Transmit);
        asm.Exit();
        return asm.Assemble();
    }
}
