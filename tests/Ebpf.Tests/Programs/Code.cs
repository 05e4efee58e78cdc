using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Programs;
using static Ebpf.Instructions.Register;
using static Ebpf.Instructions.Width;

namespace Ebpf.Tests.Programs;

/// <summary>Small programs for tests.</summary>
internal static class Code
{
    public static BpfCode Return(int value)
    {
        Assembler asm = new();
        asm.Move(R0, value);
        asm.Exit();
        return asm.Assemble();
    }

    /// <summary>Counts its runs in the first entry of an array.</summary>
    public static BpfCode CountAndReturn(BpfMap<uint, ulong> counter, int value)
    {
        Assembler asm = new();
        AppendCount(asm, counter);
        asm.Move(R0, value);
        asm.Exit();
        return asm.Assemble();
    }

    /// <summary>Adds one to the first entry of an array. Destroys <c>r0</c> to <c>r5</c> and the first four bytes of the stack.</summary>
    public static void AppendCount(Assembler asm, BpfMap<uint, ulong> counter)
    {
        Label none = asm.NewLabel();
        asm.Store(U32[R10 - 4], 0);
        asm.LoadMap(R1, counter);
        asm.Move(R2, R10);
        asm.Add(R2, -4);
        asm.Call(Helper.MapLookupElement);
        asm.JumpIf(R0 == 0, none);
        asm.Load(R1, U64[R0]);
        asm.Add(R1, 1);
        asm.Store(U64[R0], R1);
        asm.Mark(none);
    }

    public static BpfMap<uint, ulong> Counter() => BpfMap.Create<uint, ulong>(BpfMapType.Array, 1);

    public static BpfProgram Load(BpfProgramType type, BpfCode code, BpfAttachType? attachType = null, string? name = null) =>
        BpfProgram.Load(type, code, new() { License = "MIT", ExpectedAttachType = attachType, Name = name });
}
