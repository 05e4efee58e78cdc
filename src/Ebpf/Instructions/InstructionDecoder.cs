using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Ebpf.Instructions;

/// <summary>
/// Decodes instructions and checks that they are valid. An instruction is valid if some kernel accepts it: unused fields must be zero, or the kernel refuses it
/// as using reserved fields.
/// </summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc9669.html"/>
internal static class InstructionDecoder
{
    private const int LastRegister = 10;

    public static bool TryDecode(ReadOnlySpan<byte> bytes, out Instruction instruction, [NotNullWhen(false)] out string? error)
    {
        instruction = default;
        if (bytes.Length < Instruction.SlotSize)
        {
            error = $"an instruction has {Instruction.SlotSize} bytes, but there are {bytes.Length}";
            return false;
        }

        long immediate = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        if (bytes[0] == Opcodes.LoadImmediate64)
        {
            if (bytes.Length < 2 * Instruction.SlotSize)
            {
                error = "the second half of a 64-bit load is missing";
                return false;
            }

            if (BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]) != 0)
            {
                error = "the second half of a 64-bit load may have an immediate only";
                return false;
            }

            immediate = (uint)immediate | ((long)BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]) << 32);
        }

        Instruction decoded = new(
            bytes[0], new Register((byte)(bytes[1] & 0xf)), new Register((byte)(bytes[1] >> 4)), BinaryPrimitives.ReadInt16LittleEndian(bytes[2..]), immediate);
        error = FindFault(decoded);
        if (error is not null)
        {
            return false;
        }

        instruction = decoded;
        return true;
    }

    /// <returns>The error in the instruction; null if it is valid.</returns>
    public static string? FindFault(in Instruction instruction)
    {
        if (instruction.Destination.Number > LastRegister)
        {
            return $"there is no register r{instruction.Destination.Number}";
        }

        bool isLoad64 = instruction.Opcode == Opcodes.LoadImmediate64;
        if (instruction.Source.Number > LastRegister)
        {
            return $"there is no register r{instruction.Source.Number}";
        }

        if (!isLoad64 && instruction.Immediate != (int)instruction.Immediate)
        {
            return $"the immediate {instruction.Immediate} does not fit into 32 bits";
        }

        return (instruction.Opcode & Opcodes.ClassMask) switch
        {
            Opcodes.ClassLoad => isLoad64 ? FindFaultOfLoad64(instruction) : FindFaultOfPacketLoad(instruction),
            Opcodes.ClassLoadRegister => FindFaultOfLoad(instruction),
            Opcodes.ClassStore => (instruction.Opcode & Opcodes.ModeMask) == Opcodes.ModeMemory ? Unused(instruction, source: true) : Unknown(instruction),
            Opcodes.ClassStoreRegister => FindFaultOfStore(instruction),
            Opcodes.ClassAlu32 or Opcodes.ClassAlu64 => FindFaultOfArithmetic(instruction),
            _ => FindFaultOfJump(instruction),
        };
    }

    private static string? FindFaultOfLoad64(in Instruction instruction)
    {
        switch (instruction.Source.Number)
        {
            case 0 or Opcodes.PseudoMapValue or Opcodes.PseudoMapIndexValue:
                break;
            case Opcodes.PseudoMapDescriptor or Opcodes.PseudoMapIndex or Opcodes.PseudoFunction:
                // The immediate's low half was read without sign extension.
                if (instruction.Immediate >> 32 != 0)
                {
                    return "the high half of this 64-bit load is not used: it must be 0";
                }

                break;
            default:
                return $"a 64-bit load of kind {instruction.Source.Number} is not known here";
        }

        return Unused(instruction, offset: true);
    }

    private static string? FindFaultOfPacketLoad(in Instruction instruction)
    {
        byte mode = (byte)(instruction.Opcode & Opcodes.ModeMask);
        return mode is not (Opcodes.ModePacket or Opcodes.ModePacketIndirect) || (instruction.Opcode & Width.Mask) == Width.U64.Bits
            ? Unknown(instruction)
            : Unused(instruction, destination: true, source: mode == Opcodes.ModePacket, offset: true);
    }

    private static string? FindFaultOfLoad(in Instruction instruction) => (instruction.Opcode & Opcodes.ModeMask) switch
    {
        Opcodes.ModeMemory => Unused(instruction, immediate: true),
        Opcodes.ModeMemorySigned when (instruction.Opcode & Width.Mask) != Width.U64.Bits => Unused(instruction, immediate: true),
        _ => Unknown(instruction),
    };

    private static string? FindFaultOfStore(in Instruction instruction)
    {
        byte mode = (byte)(instruction.Opcode & Opcodes.ModeMask);
        if (mode == Opcodes.ModeMemory)
        {
            return Unused(instruction, immediate: true);
        }

        if (mode != Opcodes.ModeAtomic)
        {
            return Unknown(instruction);
        }

        bool isWide = (instruction.Opcode & Width.Mask) is var width && (width == Width.U32.Bits || width == Width.U64.Bits);
        return (int)instruction.Immediate switch
        {
            Opcodes.AtomicLoadAcquire or Opcodes.AtomicStoreRelease => null,
            _ when !isWide => "an atomic operation moves four or eight bytes",
            Opcodes.AtomicExchange or Opcodes.AtomicCompareExchange => null,
            var operation => (AtomicOperation)(operation & ~Opcodes.AtomicFetch)
                is AtomicOperation.Add or AtomicOperation.Or or AtomicOperation.And or AtomicOperation.Xor
                ? null
                : $"there is no atomic operation 0x{operation:x}",
        };
    }

    private static string? FindFaultOfArithmetic(in Instruction instruction)
    {
        bool is64 = (instruction.Opcode & Opcodes.ClassMask) == Opcodes.ClassAlu64;
        bool hasRegister = (instruction.Opcode & Opcodes.SourceRegister) != 0;
        byte operation = (byte)(instruction.Opcode & Opcodes.OperationMask);
        switch (operation)
        {
            case Opcodes.OperationNegate:
                return hasRegister ? Unknown(instruction) : Unused(instruction, source: true, offset: true, immediate: true);
            case Opcodes.OperationEnd when is64 && hasRegister:
                return Unknown(instruction);
            case Opcodes.OperationEnd:
                return instruction.Immediate is 16 or 32 or 64
                    ? Unused(instruction, source: true, offset: true)
                    : $"bytes are swapped in 16, 32 or 64 bits, not in {instruction.Immediate}";
            case (byte)AluOperation.Divide or (byte)AluOperation.Modulo when instruction.Offset == Opcodes.SignedDivision:
                return Unused(instruction, source: !hasRegister, immediate: hasRegister);
            case (byte)AluOperation.Move when hasRegister && (instruction.Offset is 8 or 16 || (is64 && instruction.Offset == 32)):
                return Unused(instruction, immediate: true);
            case > (byte)AluOperation.ArithmeticShiftRight:
                return Unknown(instruction);
            default:
                return Unused(instruction, source: !hasRegister, offset: true, immediate: hasRegister);
        }
    }

    private static string? FindFaultOfJump(in Instruction instruction)
    {
        switch (instruction.Opcode)
        {
            case Opcodes.Jump:
            case Opcodes.MayGoto:
                return Unused(instruction, destination: true, source: true, immediate: true);
            case Opcodes.JumpLong:
                return Unused(instruction, destination: true, source: true, offset: true);
            case Opcodes.Exit:
                return Unused(instruction, destination: true, source: true, offset: true, immediate: true);
            case Opcodes.Call:
                return instruction.Source.Number switch
                {
                    0 when instruction.Immediate < 0 => $"there is no helper {instruction.Immediate}",
                    Opcodes.PseudoKernelFunctionCall when instruction.Immediate <= 0 => $"no function of the kernel has the id {instruction.Immediate}",
                    // For functions of modules the offset specifies the module (fd_array of the loading), which is not supported here.
                    Opcodes.PseudoKernelFunctionCall => Unused(instruction, destination: true, offset: true),
                    0 or Opcodes.PseudoCall => Unused(instruction, destination: true, offset: true),
                    _ => $"a call of kind {instruction.Source.Number} is not known here",
                };
        }

        bool hasRegister = (instruction.Opcode & Opcodes.SourceRegister) != 0;
        return IsCondition((Condition)(instruction.Opcode & Opcodes.OperationMask))
            ? Unused(instruction, source: !hasRegister, immediate: hasRegister)
            : Unknown(instruction);
    }

    private static bool IsCondition(Condition condition) =>
        condition is (>= Condition.Equal and <= Condition.SignedGreaterOrEqual) or (>= Condition.Less and <= Condition.SignedLessOrEqual);

    private static string Unknown(in Instruction instruction) => $"there is no instruction with the opcode 0x{instruction.Opcode:x2}";

    private static string? Unused(in Instruction instruction, bool destination = false, bool source = false, bool offset = false, bool immediate = false)
    {
        if (destination && instruction.Destination.Number != 0)
        {
            return "the destination register is not used by this instruction: it must be 0";
        }

        if (source && instruction.Source.Number != 0)
        {
            return "the source register is not used by this instruction: it must be 0";
        }

        if (offset && instruction.Offset != 0)
        {
            return $"the offset {instruction.Offset} means nothing in this instruction: it must be 0";
        }

        return immediate && instruction.Immediate != 0
            ? $"the immediate {instruction.Immediate} means nothing in this instruction: it must be 0"
            : null;
    }
}
