using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Programs;
using Hops.Benchmarks.TestRuns;
using static Ebpf.Instructions.Register;
using static Ebpf.Instructions.Width;

namespace Hops.Benchmarks.TailCalls;

/// <summary>
/// The same steps in one program, in functions of a program, and in a chain of programs. A step counts itself in the packet's context.
/// </summary>
internal sealed class TailCallPrograms : IDisposable
{
    /// <summary>The kernel ends a chain after 33 tail calls.</summary>
    public const int Steps = 32;

    private readonly List<IDisposable> _opened = [];

    public TailCallPrograms()
    {
        InLine = Load(static asm =>
        {
            for (int step = 0; step < Steps; step++)
            {
                Count(asm);
            }
        });
        Functions = LoadFunctions();
        ConstantIndex = LoadConstantIndex();
        LoadedIndex = LoadLoadedIndex();
    }

    public RepeatedProgram InLine { get; }

    public RepeatedProgram Functions { get; }

    /// <summary>The index is part of the instructions: the kernel compiles such a call to a jump.</summary>
    public RepeatedProgram ConstantIndex { get; }

    /// <summary>The index is known when the program runs: the kernel looks the program up.</summary>
    public RepeatedProgram LoadedIndex { get; }

    public void Dispose() => _opened.ForEach(static opened => opened.Dispose());

    private RepeatedProgram LoadFunctions()
    {
        Assembler asm = new();
        Label step = asm.NewLabel("step");
        Begin(asm);
        asm.Store(U32[R6 + SkBuff.ControlBlock], 0);
        for (int call = 0; call < Steps; call++)
        {
            asm.Move(R1, R6);
            asm.Call(step);
        }

        End(asm);
        asm.Mark(step);
        asm.Move(R6, R1);
        Count(asm);
        asm.Move(R0, 0);
        asm.Exit();
        return Keep(new RepeatedProgram(asm.Assemble(), Steps));
    }

    private RepeatedProgram LoadConstantIndex()
    {
        BpfProgramArray array = Keep(BpfProgramArray.Create(Steps));
        for (int step = 0; step < Steps; step++)
        {
            int next = step + 1;
            SetStep(array, step, asm =>
            {
                if (next < Steps)
                {
                    asm.Move(R3, next);
                    TailCall(asm, array);
                }
            });
        }

        return Load(asm =>
        {
            asm.Move(R3, 0);
            TailCall(asm, array);
        });
    }

    private RepeatedProgram LoadLoadedIndex()
    {
        BpfProgramArray array = Keep(BpfProgramArray.Create(Steps));
        for (int step = 0; step < Steps; step++)
        {
            bool isLast = step + 1 == Steps;
            SetStep(array, step, asm =>
            {
                if (!isLast)
                {
                    // The number of steps that are done is the number of the next one.
                    asm.Load(R3, U32[R6 + SkBuff.ControlBlock]);
                    TailCall(asm, array);
                }
            });
        }

        return Load(asm =>
        {
            asm.Load(R3, U32[R6 + SkBuff.ControlBlock]);
            TailCall(asm, array);
        });
    }

    /// <summary>A program that counts from 0, and returns the count unless its body continues in another program.</summary>
    private RepeatedProgram Load(Action<Assembler> body)
    {
        Assembler asm = new();
        Begin(asm);
        asm.Store(U32[R6 + SkBuff.ControlBlock], 0);
        body(asm);
        End(asm);
        return Keep(new RepeatedProgram(asm.Assemble(), Steps));
    }

    private void SetStep(BpfProgramArray array, int step, Action<Assembler> goOn)
    {
        Assembler asm = new();
        Begin(asm);
        Count(asm);
        goOn(asm);
        End(asm);
        array.Set((uint)step, Keep(new RepeatedProgram(asm.Assemble(), Steps)).Program);
    }

    private static void Begin(Assembler asm) => asm.Move(R6, R1);

    private static void Count(Assembler asm)
    {
        asm.Load(R2, U32[R6 + SkBuff.ControlBlock]);
        asm.Add(R2, 1);
        asm.Store(U32[R6 + SkBuff.ControlBlock], R2);
    }

    private static void TailCall(Assembler asm, BpfProgramArray array)
    {
        asm.Move(R1, R6);
        asm.LoadMap(R2, array);
        asm.Call(Helper.TailCall);
    }

    private static void End(Assembler asm)
    {
        asm.Load(R0, U32[R6 + SkBuff.ControlBlock]);
        asm.Exit();
    }

    private T Keep<T>(T opened)
        where T : IDisposable
    {
        _opened.Add(opened);
        return opened;
    }
}
