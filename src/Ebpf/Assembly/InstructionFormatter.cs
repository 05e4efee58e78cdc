using System.Globalization;
using Op = Ebpf.Assembly.Opcode;

namespace Ebpf.Assembly;

/// <summary>
/// Prints instructions in the kernel's notation. Where LLVM spells a thing differently (spaces, jumps, atomics), in LLVM's way, which can be
/// assembled again.
/// </summary>
internal static class InstructionFormatter
{
    /// <param name="instruction">What to print.</param>
    /// <param name="target">How to print where a jump goes; null for <c>+N</c>.</param>
    /// <param name="map">How to print the map that a 64-bit load refers to; null for its number.</param>
    public static string Format(in Instruction instruction, string? target = null, string? map = null)
    {
        byte opcode = instruction.Opcode;
        Register destination = instruction.Destination;
        Register source = instruction.Source;
        long immediate = instruction.Immediate;
        switch (opcode)
        {
            case Op.Exit:
                return "exit";
            case Op.Call:
                return $"call {immediate}";
            case Op.Jump:
                return $"goto {target ?? Signed(instruction.Offset)}";
            case Op.LoadImmediate64:
                return source.Number switch
                {
                    0 => string.Create(CultureInfo.InvariantCulture, $"{destination} = 0x{immediate:x} ll"),
                    Op.PseudoMapDescriptor => $"{destination} = map[fd:{immediate}]",
                    Op.PseudoMapIndex => $"{destination} = map[{map ?? $"idx:{immediate}"}]",
                    _ => Unknown(instruction),
                };
        }

        string memory = $"*({new Width((byte)(opcode & Width.Mask))} *)";
        return (opcode & Op.ClassMask) switch
        {
            Op.ClassAlu64 => FormatAlu(instruction),
            Op.ClassJump => $"if {destination} {Symbol((Condition)(opcode & Op.OperationMask))} {Right(instruction)} goto {target ?? Signed(instruction.Offset)}",
            Op.ClassLoad when (opcode & Op.ModeMask) == Op.ModePacket => $"r0 = {memory}skb[{immediate}]",
            Op.ClassLoadRegister when (opcode & Op.ModeMask) == Op.ModeMemory => $"{destination} = {memory}({At(source, instruction.Offset)})",
            Op.ClassStore when (opcode & Op.ModeMask) == Op.ModeMemory => $"{memory}({At(destination, instruction.Offset)}) = {immediate}",
            Op.ClassStoreRegister when (opcode & Op.ModeMask) == Op.ModeMemory => $"{memory}({At(destination, instruction.Offset)}) = {source}",
            Op.ClassStoreRegister when (opcode & Op.ModeMask) == Op.ModeAtomic && immediate == Op.AtomicCompareExchange =>
                $"r0 = cmpxchg_64({At(destination, instruction.Offset)}, r0, {source})",
            _ => Unknown(instruction),
        };
    }

    private static string FormatAlu(in Instruction instruction)
    {
        AluOperation operation = (AluOperation)(instruction.Opcode & Op.OperationMask);
        string right = (instruction.Opcode & Op.SourceRegister) != 0 ? instruction.Source.ToString() : instruction.Immediate.ToString(CultureInfo.InvariantCulture);
        string? symbol = operation switch
        {
            AluOperation.Add => "+=",
            AluOperation.Subtract => "-=",
            AluOperation.Multiply => "*=",
            AluOperation.Divide => "/=",
            AluOperation.Or => "|=",
            AluOperation.And => "&=",
            AluOperation.ShiftLeft => "<<=",
            AluOperation.ShiftRight => ">>=",
            AluOperation.Modulo => "%=",
            AluOperation.Xor => "^=",
            AluOperation.Move => "=",
            AluOperation.ArithmeticShiftRight => "s>>=",
            _ => null,
        };
        return symbol is null ? Unknown(instruction) : $"{instruction.Destination} {symbol} {right}";
    }

    private static string Symbol(Condition condition) => condition switch
    {
        Condition.Equal => "==",
        Condition.Greater => ">",
        Condition.GreaterOrEqual => ">=",
        Condition.AnyBit => "&",
        Condition.NotEqual => "!=",
        Condition.Less => "<",
        Condition.LessOrEqual => "<=",
        _ => "?",
    };

    private static string Right(in Instruction instruction)
    {
        if ((instruction.Opcode & Op.SourceRegister) != 0)
        {
            return instruction.Source.ToString();
        }

        long immediate = instruction.Immediate;
        return immediate is > -10 and < 10 || immediate < 0
            ? immediate.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"0x{immediate:x}");
    }

    private static string At(Register register, short offset) => offset < 0 ? $"{register} - {-offset}" : $"{register} + {offset}";

    private static string Signed(short offset) => offset.ToString("+0;-0;+0", CultureInfo.InvariantCulture);

    private static string Unknown(in Instruction instruction) =>
        $".bytes 0x{instruction.Opcode:x2} dst={instruction.Destination.Number} src={instruction.Source.Number} off={instruction.Offset} imm={instruction.Immediate}";
}
