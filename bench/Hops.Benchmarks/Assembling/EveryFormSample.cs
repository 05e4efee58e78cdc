using Ebpf.Instructions;
using Ebpf.Maps;
using static Ebpf.Instructions.Register;
using static Ebpf.Instructions.Register32;
using static Ebpf.Instructions.Width;

namespace Hops.Benchmarks.Assembling;

/// <summary>Each form of instruction about once. No kernel would load it.</summary>
internal static class EveryFormSample
{
    public static void Write(Assembler asm, BpfMap map)
    {
        WriteArithmetic(asm);
        WriteArithmetic32(asm);
        WriteMemory(asm, map);
        WriteAtomics(asm);
        WriteJumps(asm);
    }

    private static void WriteArithmetic(Assembler asm)
    {
        asm.Move(R0, -3);
        asm.Move(R0, R3);
        asm.Add(R1, 10);
        asm.Add(R1, R4);
        asm.Subtract(R2, 17);
        asm.Subtract(R2, R5);
        asm.Multiply(R3, -24);
        asm.Multiply(R3, R6);
        asm.Divide(R4, 31);
        asm.Divide(R4, R7);
        asm.SignedDivide(R5, 38);
        asm.SignedDivide(R5, R8);
        asm.Modulo(R6, -45);
        asm.Modulo(R6, R9);
        asm.SignedModulo(R7, 52);
        asm.SignedModulo(R7, R0);
        asm.And(R8, 59);
        asm.And(R8, R1);
        asm.Or(R9, -66);
        asm.Or(R9, R2);
        asm.Xor(R0, 73);
        asm.Xor(R0, R3);
        asm.ShiftLeft(R1, 8);
        asm.ShiftLeft(R1, R4);
        asm.ShiftRight(R2, 8);
        asm.ShiftRight(R2, R5);
        asm.ArithmeticShiftRight(R3, 8);
        asm.ArithmeticShiftRight(R3, R6);
        asm.Negate(R4);
        asm.MoveSignExtended(R1, S8, R2);
        asm.MoveSignExtended(R1, S16, R2);
        asm.MoveSignExtended(R1, S32, R2);
        asm.ToBigEndian(R5, 16);
        asm.ToBigEndian(R5, 32);
        asm.ToBigEndian(R5, 64);
        asm.ToLittleEndian(R5, 16);
        asm.ToLittleEndian(R5, 32);
        asm.ToLittleEndian(R5, 64);
        asm.SwapBytes(R5, 16);
        asm.SwapBytes(R5, 32);
        asm.SwapBytes(R5, 64);
    }

    private static void WriteArithmetic32(Assembler asm)
    {
        asm.Move(W0, -3);
        asm.Move(W0, W3);
        asm.Add(W1, 10);
        asm.Add(W1, W4);
        asm.Subtract(W2, 17);
        asm.Subtract(W2, W5);
        asm.Multiply(W3, -24);
        asm.Multiply(W3, W6);
        asm.Divide(W4, 31);
        asm.Divide(W4, W7);
        asm.SignedDivide(W5, 38);
        asm.SignedDivide(W5, W8);
        asm.Modulo(W6, -45);
        asm.Modulo(W6, W9);
        asm.SignedModulo(W7, 52);
        asm.SignedModulo(W7, W0);
        asm.And(W8, 59);
        asm.And(W8, W1);
        asm.Or(W9, -66);
        asm.Or(W9, W2);
        asm.Xor(W0, 73);
        asm.Xor(W0, W3);
        asm.ShiftLeft(W1, 8);
        asm.ShiftLeft(W1, W4);
        asm.ShiftRight(W2, 8);
        asm.ShiftRight(W2, W5);
        asm.ArithmeticShiftRight(W3, 8);
        asm.ArithmeticShiftRight(W3, W6);
        asm.Negate(W4);
        asm.MoveSignExtended(W1, S8, W2);
        asm.MoveSignExtended(W1, S16, W2);
    }

    private static void WriteMemory(Assembler asm, BpfMap map)
    {
        asm.Load(R1, U8[R10 - 16]);
        asm.Load(R1, U16[R10 - 16]);
        asm.Load(R1, U32[R10 - 16]);
        asm.Load(R1, U64[R10 - 16]);
        asm.Load(R1, S8[R10 - 16]);
        asm.Load(R1, S16[R10 - 16]);
        asm.Load(R1, S32[R10 - 16]);
        asm.Store(U8[R10 - 16], R1);
        asm.Store(U8[R10 - 8], 0x7f);
        asm.Store(U16[R10 - 16], R1);
        asm.Store(U16[R10 - 8], 0x7f);
        asm.Store(U32[R10 - 16], R1);
        asm.Store(U32[R10 - 8], 0x7f);
        asm.Store(U64[R10 - 16], R1);
        asm.Store(U64[R10 - 8], 0x7f);
        asm.LoadPacket(U8, 14);
        asm.LoadPacket(U8, R7 + 4);
        asm.LoadPacket(U16, 14);
        asm.LoadPacket(U16, R7 + 4);
        asm.LoadPacket(U32, 14);
        asm.LoadPacket(U32, R7 + 4);
        asm.LoadImmediate(R3, 0x1234_5678_9abc_def0);
        asm.LoadMap(R1, map);
        asm.LoadMapValue(R2, map);
    }

    private static void WriteAtomics(Assembler asm)
    {
        asm.AtomicAdd(U32[R10 - 4], R1);
        asm.AtomicAdd(U64[R10 - 8], R2);
        asm.AtomicAnd(U32[R10 - 4], R1);
        asm.AtomicAnd(U64[R10 - 8], R2);
        asm.AtomicOr(U32[R10 - 4], R1);
        asm.AtomicOr(U64[R10 - 8], R2);
        asm.AtomicXor(U32[R10 - 4], R1);
        asm.AtomicXor(U64[R10 - 8], R2);
        asm.FetchAdd(U32[R10 - 4], R1);
        asm.FetchAdd(U64[R10 - 8], R2);
        asm.FetchAnd(U32[R10 - 4], R1);
        asm.FetchAnd(U64[R10 - 8], R2);
        asm.FetchOr(U32[R10 - 4], R1);
        asm.FetchOr(U64[R10 - 8], R2);
        asm.FetchXor(U32[R10 - 4], R1);
        asm.FetchXor(U64[R10 - 8], R2);
        asm.Exchange(U32[R10 - 4], R1);
        asm.Exchange(U64[R10 - 8], R2);
        asm.CompareExchange(U32[R10 - 4], R1);
        asm.CompareExchange(U64[R10 - 8], R2);
        asm.LoadAcquire(R1, U8[R10 - 8]);
        asm.StoreRelease(U8[R10 - 8], R1);
        asm.LoadAcquire(R1, U16[R10 - 8]);
        asm.StoreRelease(U16[R10 - 8], R1);
        asm.LoadAcquire(R1, U32[R10 - 8]);
        asm.StoreRelease(U32[R10 - 8], R1);
        asm.LoadAcquire(R1, U64[R10 - 8]);
        asm.StoreRelease(U64[R10 - 8], R1);
    }

    private static void WriteJumps(Assembler asm)
    {
        Label near = asm.NewLabel("near");
        Label end = asm.NewLabel();
        asm.Jump(near);
        asm.JumpLong(end);
        asm.MayJump(near);
        asm.JumpIf(R1 == 17, near);
        asm.JumpIf(R1 == R2, end);
        asm.JumpIf(W1 == 17, end);
        asm.JumpIf(W1 == W2, near);
        asm.JumpIf(R1 != 17, near);
        asm.JumpIf(R1 != R2, end);
        asm.JumpIf(W1 != 17, end);
        asm.JumpIf(W1 != W2, near);
        asm.JumpIf(R1 > 17, near);
        asm.JumpIf(R1 > R2, end);
        asm.JumpIf(W1 > 17, end);
        asm.JumpIf(W1 > W2, near);
        asm.JumpIf(R1 >= 17, near);
        asm.JumpIf(R1 >= R2, end);
        asm.JumpIf(W1 >= 17, end);
        asm.JumpIf(W1 >= W2, near);
        asm.JumpIf(R1 < 17, near);
        asm.JumpIf(R1 < R2, end);
        asm.JumpIf(W1 < 17, end);
        asm.JumpIf(W1 < W2, near);
        asm.JumpIf(R1 <= 17, near);
        asm.JumpIf(R1 <= R2, end);
        asm.JumpIf(W1 <= 17, end);
        asm.JumpIf(W1 <= W2, near);
        asm.JumpIf(R1 & 17, near);
        asm.JumpIf(R1 & R2, end);
        asm.JumpIf(W1 & 17, end);
        asm.JumpIf(W1 & W2, near);
        asm.JumpIf(R1.IsSignedGreaterThan(-1), near);
        asm.JumpIf(W1.IsSignedGreaterThan(W2), end);
        asm.JumpIf(R1.IsSignedLessThan(-1), near);
        asm.JumpIf(W1.IsSignedLessThan(W2), end);
        asm.Mark(near);
        asm.Call(Helper.MapLookupElement);
        asm.Call(end);
        asm.LoadFunction(R2, end);
        asm.Exit();
        asm.Mark(end);
        asm.Exit();
    }
}
