using System.Globalization;
using System.Text;
using Op = Ebpf.Assembly.Opcode;

namespace Ebpf.Assembly;

/// <summary>
/// Prints instructions in the kernel's notation. Where LLVM spells a thing differently (spaces, jumps, atomics), in LLVM's way, which can be
/// assembled again.
/// </summary>
internal static class InstructionFormatter
{
    /// <param name="instruction">What to print.</param>
    /// <param name="target">The label of where a jump, call or reference goes; null for the distance.</param>
    /// <param name="map">The map that a 64-bit load refers to; null for its number.</param>
    public static string Format(in Instruction instruction, string? target = null, string? map = null)
    {
        StringBuilder text = new(48);
        Append(text, instruction, target, map);
        return text.ToString();
    }

    public static void Append(StringBuilder text, in Instruction instruction, string? target = null, string? map = null)
    {
        if (InstructionDecoder.FindFault(instruction) is { } fault)
        {
            text.Append(CultureInfo.InvariantCulture, $"(not an instruction: {fault})");
            return;
        }

        byte mode = (byte)(instruction.Opcode & Op.ModeMask);
        switch ((byte)(instruction.Opcode & Op.ClassMask))
        {
            case Op.ClassLoad when instruction.Opcode == Op.LoadImmediate64:
                AppendLoad64(text, instruction, target, map);
                break;
            case Op.ClassLoad:
                AppendPacketLoad(text, instruction);
                break;
            case Op.ClassLoadRegister:
                text.Append(instruction.Destination).Append(" = ").AppendType(instruction, mode == Op.ModeMemorySigned).AppendAddress(instruction.Source, instruction.Offset);
                break;
            case Op.ClassStore:
                text.AppendType(instruction).AppendAddress(instruction.Destination, instruction.Offset).Append(CultureInfo.InvariantCulture, $" = {instruction.Immediate}");
                break;
            case Op.ClassStoreRegister when mode == Op.ModeMemory:
                text.AppendType(instruction).AppendAddress(instruction.Destination, instruction.Offset).Append(" = ").Append(instruction.Source);
                break;
            case Op.ClassStoreRegister:
                AppendAtomic(text, instruction);
                break;
            case Op.ClassAlu32:
                AppendArithmetic(text, instruction, 'w');
                break;
            case Op.ClassAlu64:
                AppendArithmetic(text, instruction, 'r');
                break;
            default:
                AppendJump(text, instruction, target);
                break;
        }
    }

    private static void AppendLoad64(StringBuilder text, in Instruction instruction, string? target, string? map)
    {
        text.Append(instruction.Destination).Append(" = ");
        uint low = (uint)instruction.Immediate;
        uint high = (uint)(instruction.Immediate >> 32);
        switch (instruction.Source.Number)
        {
            case Op.PseudoMapDescriptor:
                text.Append(CultureInfo.InvariantCulture, $"map[fd:{(int)low}]");
                break;
            case Op.PseudoMapValue:
                text.Append(CultureInfo.InvariantCulture, $"map[fd:{(int)low}][0]+{high}");
                break;
            case Op.PseudoMapIndex:
                AppendMap(text, low, map).Append(']');
                break;
            case Op.PseudoMapIndexValue:
                AppendMap(text, low, map).Append(CultureInfo.InvariantCulture, $"][0]+{high}");
                break;
            case Op.PseudoFunction:
                text.Append("subprog[").AppendTarget(target, (int)low).Append(']');
                break;
            default:
                text.Append(CultureInfo.InvariantCulture, $"0x{instruction.Immediate:x} ll");
                break;
        }
    }

    private static StringBuilder AppendMap(StringBuilder text, uint index, string? name) =>
        name is null ? text.Append(CultureInfo.InvariantCulture, $"map[idx:{(int)index}") : text.Append("map[").Append(name);

    private static void AppendPacketLoad(StringBuilder text, in Instruction instruction)
    {
        text.Append("r0 = ").AppendType(instruction).Append("skb[");
        if ((instruction.Opcode & Op.ModeMask) == Op.ModePacket)
        {
            text.Append(CultureInfo.InvariantCulture, $"{instruction.Immediate}");
        }
        else
        {
            text.Append(instruction.Source);
            if (instruction.Immediate != 0)
            {
                text.AppendSigned(instruction.Immediate);
            }
        }

        text.Append(']');
    }

    private static void AppendAtomic(StringBuilder text, in Instruction instruction)
    {
        Width width = new((byte)(instruction.Opcode & Width.Mask));
        bool is64 = width == Width.U64;
        char letter = is64 ? 'r' : 'w';
        byte source = instruction.Source.Number;
        byte destination = instruction.Destination.Number;
        switch ((int)instruction.Immediate)
        {
            case Op.AtomicLoadAcquire:
                text.Append(CultureInfo.InvariantCulture, $"{letter}{destination} = load_acquire(({width} *)").AppendAddress(instruction.Source, instruction.Offset).Append(')');
                break;
            case Op.AtomicStoreRelease:
                text.Append(CultureInfo.InvariantCulture, $"store_release(({width} *)").AppendAddress(instruction.Destination, instruction.Offset)
                    .Append(CultureInfo.InvariantCulture, $", {letter}{source})");
                break;
            case Op.AtomicExchange:
                text.Append(CultureInfo.InvariantCulture, $"{letter}{source} = {(is64 ? "xchg_64" : "xchg32_32")}(r{destination}").AppendSigned(instruction.Offset)
                    .Append(CultureInfo.InvariantCulture, $", {letter}{source})");
                break;
            case Op.AtomicCompareExchange:
                text.Append(CultureInfo.InvariantCulture, $"{letter}0 = {(is64 ? "cmpxchg_64" : "cmpxchg32_32")}(r{destination}").AppendSigned(instruction.Offset)
                    .Append(CultureInfo.InvariantCulture, $", {letter}0, {letter}{source})");
                break;
            case var operation when (operation & Op.AtomicFetch) != 0:
                text.Append(CultureInfo.InvariantCulture, $"{letter}{source} = atomic_fetch_{Notation.NameOf((AtomicOperation)(operation & ~Op.AtomicFetch))}(({width} *)")
                    .AppendAddress(instruction.Destination, instruction.Offset).Append(CultureInfo.InvariantCulture, $", {letter}{source})");
                break;
            case var operation:
                text.Append(CultureInfo.InvariantCulture, $"lock *({width} *)").AppendAddress(instruction.Destination, instruction.Offset)
                    .Append(CultureInfo.InvariantCulture, $" {Notation.SymbolOf((AtomicOperation)operation)} {letter}{source}");
                break;
        }
    }

    private static void AppendArithmetic(StringBuilder text, in Instruction instruction, char letter)
    {
        byte operation = (byte)(instruction.Opcode & Op.OperationMask);
        byte destination = instruction.Destination.Number;
        if (operation == Op.OperationEnd)
        {
            // Byte swaps work on the whole register, also those of the 32-bit class.
            string swap = instruction.Opcode switch { Op.ToLittleEndian => "le", Op.ToBigEndian => "be", _ => "bswap" };
            text.Append(CultureInfo.InvariantCulture, $"r{destination} = {swap}{instruction.Immediate} r{destination}");
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"{letter}{destination} ");
        if (operation == Op.OperationNegate)
        {
            text.Append(CultureInfo.InvariantCulture, $"= -{letter}{destination}");
            return;
        }

        // The offset of a move is the width whose sign it extends; of a division or modulo 1 means signed.
        if (operation is (byte)AluOperation.Divide or (byte)AluOperation.Modulo && instruction.Offset != 0)
        {
            text.Append('s');
        }

        text.Append(Notation.SymbolOf((AluOperation)operation)).Append(' ');
        if (operation == (byte)AluOperation.Move && instruction.Offset != 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"(s{instruction.Offset})");
        }

        if ((instruction.Opcode & Op.SourceRegister) != 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{letter}{instruction.Source.Number}");
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"{instruction.Immediate}");
        }
    }

    private static void AppendJump(StringBuilder text, in Instruction instruction, string? target)
    {
        switch (instruction.Opcode)
        {
            case Op.Exit:
                text.Append("exit");
                return;
            case Op.Call when instruction.Source.Number != Op.PseudoCall:
                text.Append(CultureInfo.InvariantCulture, $"call {instruction.Immediate}");
                return;
            case Op.Call:
                // A bare number would be a helper's.
                text.Append("call ").Append(target is null ? "pc" : "").AppendTarget(target, (int)instruction.Immediate);
                return;
            case Op.Jump:
                text.Append("goto ");
                break;
            case Op.JumpLong:
                text.Append("gotol ");
                break;
            case Op.MayGoto:
                text.Append("may_goto ");
                break;
            default:
                AppendComparison(text, instruction);
                break;
        }

        text.AppendTarget(target, instruction.Distance ?? 0);
    }

    private static void AppendComparison(StringBuilder text, in Instruction instruction)
    {
        char letter = (instruction.Opcode & Op.ClassMask) == Op.ClassJump ? 'r' : 'w';
        text.Append(CultureInfo.InvariantCulture, $"if {letter}{instruction.Destination.Number} {Notation.SymbolOf((Condition)(instruction.Opcode & Op.OperationMask))} ");
        if ((instruction.Opcode & Op.SourceRegister) != 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{letter}{instruction.Source.Number} goto ");
        }
        else if (instruction.Immediate < 10)
        {
            text.Append(CultureInfo.InvariantCulture, $"{instruction.Immediate} goto ");
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"0x{instruction.Immediate:x} goto ");
        }
    }

    private static StringBuilder AppendType(this StringBuilder text, in Instruction instruction, bool isSigned = false) =>
        text.Append(CultureInfo.InvariantCulture, $"*({new Width((byte)(instruction.Opcode & Width.Mask), isSigned)} *)");

    private static StringBuilder AppendAddress(this StringBuilder text, Register register, short offset) =>
        text.Append('(').Append(register).AppendSigned(offset).Append(')');

    private static StringBuilder AppendSigned(this StringBuilder text, long offset) =>
        text.Append(CultureInfo.InvariantCulture, $" {(offset < 0 ? '-' : '+')} {Math.Abs(offset)}");

    private static StringBuilder AppendTarget(this StringBuilder text, string? label, int distance) =>
        label is null ? text.Append(distance < 0 ? "" : "+").Append(CultureInfo.InvariantCulture, $"{distance}") : text.Append(label);
}
