using System.Globalization;
using System.Text;

namespace Ebpf.Instructions;

/// <summary>
/// Formats instructions in the kernel's notation. Where LLVM's spelling differs (spaces, jumps, atomics), LLVM's is used, because it can be assembled again.
/// </summary>
internal static class InstructionFormatter
{
    /// <param name="instruction">The instruction.</param>
    /// <param name="target">The label of the target of a jump, call or reference; null for the distance.</param>
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

        byte mode = (byte)(instruction.Opcode & Opcodes.ModeMask);
        switch ((byte)(instruction.Opcode & Opcodes.ClassMask))
        {
            case Opcodes.ClassLoad when instruction.Opcode == Opcodes.LoadImmediate64:
                AppendLoad64(text, instruction, target, map);
                break;
            case Opcodes.ClassLoad:
                AppendPacketLoad(text, instruction);
                break;
            case Opcodes.ClassLoadRegister:
                text.Append(instruction.Destination).Append(" = ")
                    .AppendType(instruction, mode == Opcodes.ModeMemorySigned).AppendAddress(instruction.Source, instruction.Offset);
                break;
            case Opcodes.ClassStore:
                text.AppendType(instruction).AppendAddress(instruction.Destination, instruction.Offset)
                    .Append(CultureInfo.InvariantCulture, $" = {instruction.Immediate}");
                break;
            case Opcodes.ClassStoreRegister when mode == Opcodes.ModeMemory:
                text.AppendType(instruction).AppendAddress(instruction.Destination, instruction.Offset).Append(" = ").Append(instruction.Source);
                break;
            case Opcodes.ClassStoreRegister:
                AppendAtomic(text, instruction);
                break;
            case Opcodes.ClassAlu32:
                AppendArithmetic(text, instruction, 'w');
                break;
            case Opcodes.ClassAlu64:
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
            case Opcodes.PseudoMapDescriptor:
                text.Append(CultureInfo.InvariantCulture, $"map[fd:{(int)low}]");
                break;
            case Opcodes.PseudoMapValue:
                text.Append(CultureInfo.InvariantCulture, $"map[fd:{(int)low}][0]+{high}");
                break;
            case Opcodes.PseudoMapIndex:
                AppendMap(text, low, map).Append(']');
                break;
            case Opcodes.PseudoMapIndexValue:
                AppendMap(text, low, map).Append(CultureInfo.InvariantCulture, $"][0]+{high}");
                break;
            case Opcodes.PseudoFunction:
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
        if ((instruction.Opcode & Opcodes.ModeMask) == Opcodes.ModePacket)
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
            case Opcodes.AtomicLoadAcquire:
                text.Append(CultureInfo.InvariantCulture, $"{letter}{destination} = load_acquire(({width} *)")
                    .AppendAddress(instruction.Source, instruction.Offset).Append(')');
                break;
            case Opcodes.AtomicStoreRelease:
                text.Append(CultureInfo.InvariantCulture, $"store_release(({width} *)").AppendAddress(instruction.Destination, instruction.Offset)
                    .Append(CultureInfo.InvariantCulture, $", {letter}{source})");
                break;
            case Opcodes.AtomicExchange:
                text.Append(CultureInfo.InvariantCulture, $"{letter}{source} = {(is64 ? "xchg_64" : "xchg32_32")}(r{destination}")
                    .AppendSigned(instruction.Offset).Append(CultureInfo.InvariantCulture, $", {letter}{source})");
                break;
            case Opcodes.AtomicCompareExchange:
                text.Append(CultureInfo.InvariantCulture, $"{letter}0 = {(is64 ? "cmpxchg_64" : "cmpxchg32_32")}(r{destination}")
                    .AppendSigned(instruction.Offset).Append(CultureInfo.InvariantCulture, $", {letter}0, {letter}{source})");
                break;
            case var operation when (operation & Opcodes.AtomicFetch) != 0:
                string fetched = Symbols.NameOf((AtomicOperation)(operation & ~Opcodes.AtomicFetch));
                text.Append(CultureInfo.InvariantCulture, $"{letter}{source} = atomic_fetch_{fetched}(({width} *)")
                    .AppendAddress(instruction.Destination, instruction.Offset).Append(CultureInfo.InvariantCulture, $", {letter}{source})");
                break;
            case var operation:
                text.Append(CultureInfo.InvariantCulture, $"lock *({width} *)").AppendAddress(instruction.Destination, instruction.Offset)
                    .Append(CultureInfo.InvariantCulture, $" {Symbols.SymbolOf((AtomicOperation)operation)} {letter}{source}");
                break;
        }
    }

    private static void AppendArithmetic(StringBuilder text, in Instruction instruction, char letter)
    {
        byte operation = (byte)(instruction.Opcode & Opcodes.OperationMask);
        byte destination = instruction.Destination.Number;
        if (operation == Opcodes.OperationEnd)
        {
            // Byte swaps change the whole register, even in the 32-bit class.
            string swap = instruction.Opcode switch { Opcodes.ToLittleEndian => "le", Opcodes.ToBigEndian => "be", _ => "bswap" };
            text.Append(CultureInfo.InvariantCulture, $"r{destination} = {swap}{instruction.Immediate} r{destination}");
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"{letter}{destination} ");
        if (operation == Opcodes.OperationNegate)
        {
            text.Append(CultureInfo.InvariantCulture, $"= -{letter}{destination}");
            return;
        }

        // The offset of a move is the width of its sign extension; of a division or modulo, 1 means signed.
        if (operation is (byte)AluOperation.Divide or (byte)AluOperation.Modulo && instruction.Offset != 0)
        {
            text.Append('s');
        }

        text.Append(Symbols.SymbolOf((AluOperation)operation)).Append(' ');
        if (operation == (byte)AluOperation.Move && instruction.Offset != 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"(s{instruction.Offset})");
        }

        if ((instruction.Opcode & Opcodes.SourceRegister) != 0)
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
            case Opcodes.Exit:
                text.Append("exit");
                return;
            case Opcodes.Call when instruction.Source.Number == Opcodes.PseudoKernelFunctionCall:
                // The form that the kernel's log uses if it has no name for the id.
                text.Append(CultureInfo.InvariantCulture, $"call {Symbols.KernelFunction}#{instruction.Immediate}");
                return;
            case Opcodes.Call when instruction.Source.Number != Opcodes.PseudoCall:
                text.Append(CultureInfo.InvariantCulture, $"call {instruction.Immediate}");
                return;
            case Opcodes.Call:
                // A number without 'pc' would be a helper's.
                text.Append("call ").Append(target is null ? "pc" : "").AppendTarget(target, (int)instruction.Immediate);
                return;
            case Opcodes.Jump:
                text.Append("goto ");
                break;
            case Opcodes.JumpLong:
                text.Append("gotol ");
                break;
            case Opcodes.MayGoto:
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
        char letter = (instruction.Opcode & Opcodes.ClassMask) == Opcodes.ClassJump ? 'r' : 'w';
        string symbol = Symbols.SymbolOf((Condition)(instruction.Opcode & Opcodes.OperationMask));
        text.Append(CultureInfo.InvariantCulture, $"if {letter}{instruction.Destination.Number} {symbol} ");
        if ((instruction.Opcode & Opcodes.SourceRegister) != 0)
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
