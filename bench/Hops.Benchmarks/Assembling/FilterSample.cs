using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Maps;
using static Ebpf.Instructions.Register;
using static Ebpf.Instructions.Width;

namespace Hops.Benchmarks.Assembling;

/// <summary>A short program such as applications load: it looks at a packet's flags and TTL and writes them to a map, as the filter of Hops does.</summary>
internal static class FilterSample
{
    private const int TcpFlags = 13;
    private const int RstSynAck = 0x16;
    private const int SynAck = 0x12;
    private const int SocketState = 72;
    private const int SynSent = 2;
    private const int Ipv4 = 0x0008;
    private const int Ipv6 = 0xdd86;

    public static void Write(Assembler asm, BpfMap slots)
    {
        Label ipv6 = asm.NewLabel("ipv6");
        Label record = asm.NewLabel("record");
        Label write = asm.NewLabel("write");
        Label keep = asm.NewLabel("keep");

        asm.Move(R6, R1);
        asm.Load(R1, U64[R6 + SkBuff.Socket]);
        asm.JumpIf(R1 == 0, keep);
        asm.Load(R1, U32[R1 + SocketState]);
        asm.JumpIf(R1 != SynSent, keep);
        asm.LoadPacket(U8, TcpFlags);
        asm.And(R0, RstSynAck);
        asm.JumpIf(R0 != SynAck, keep);
        asm.Load(R7, U32[R6 + SkBuff.Protocol]);
        asm.JumpIf(R7 == Ipv6, ipv6);
        asm.JumpIf(R7 != Ipv4, keep);
        asm.LoadPacket(U8, SkBuff.NetworkHeader + 8);
        asm.Jump(record);
        asm.Mark(ipv6);
        asm.LoadPacket(U8, SkBuff.NetworkHeader + 7);
        asm.Mark(record);
        asm.Move(R7, R0);
        asm.Move(R1, R6);
        asm.Call(Helper.GetSocketCookie);
        asm.Move(R8, R0);
        asm.ShiftLeft(R8, 8);
        asm.Or(R7, R8);
        asm.And(R0, 0xffff);
        asm.Store(U32[R10 - 4], R0);
        asm.LoadMap(R1, slots);
        asm.Move(R2, R10);
        asm.Add(R2, -4);
        asm.Call(Helper.MapLookupElement);
        asm.JumpIf(R0 == 0, keep);
        asm.Move(R6, R0);
        asm.Load(R0, U64[R6]);
        asm.JumpIf(R0 == R7, keep);
        asm.Move(R1, R0);
        asm.Xor(R1, R7);
        asm.ShiftRight(R1, 8);
        asm.JumpIf(R1 != 0, write);
        asm.Move(R7, R8);
        asm.Mark(write);
        asm.Move(R1, R0);
        asm.CompareExchange(U64[R6], R7);
        asm.JumpIf(R0 == R1, keep);
        asm.Store(U64[R6], R8);
        asm.Mark(keep);
        asm.Move(R0, -1);
        asm.Exit();
    }
}
