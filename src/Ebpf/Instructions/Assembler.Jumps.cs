using System.Runtime.CompilerServices;

namespace Ebpf.Instructions;

/// <content>Jumps and calls.</content>
public sealed partial class Assembler
{
    /// <summary><c>goto label</c>: jumps up to 32,767 slots.</summary>
    /// <exception cref="ArgumentException">The label belongs to another assembler.</exception>
    public void Jump(Label label, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitJump(new(Opcodes.Jump, default, default, 0, 0), label, new(file, line));

    /// <summary><c>gotol label</c>: jumps any distance. Linux 6.6.</summary>
    /// <exception cref="ArgumentException">The label belongs to another assembler.</exception>
    public void JumpLong(Label label, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitJump(new(Opcodes.JumpLong, default, default, 0, 0), label, new(file, line));

    /// <summary>
    /// <c>may_goto label</c>: jumps if the loop has reached the kernel's limit of iterations, so that the verifier need not prove that the loop ends; otherwise
    /// continues. Linux 6.9.
    /// </summary>
    /// <exception cref="ArgumentException">The label belongs to another assembler.</exception>
    public void MayJump(Label label, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitJump(new(Opcodes.MayGoto, default, default, 0, 0), label, new(file, line));

    /// <summary><c>if left … right goto label</c>: jumps if a condition is true. Example: <c>asm.JumpIf(R0 != 0x12, label)</c>.</summary>
    /// <exception cref="ArgumentException">The label belongs to another assembler, or the comparison is the default value.</exception>
    public void JumpIf(Comparison comparison, Label label, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0)
    {
        if (comparison.Condition == default)
        {
            throw new ArgumentException("The comparison is empty: write a condition such as R0 != 0x12.", nameof(comparison));
        }

        byte opcode = (byte)((comparison.Is32Bit ? Opcodes.ClassJump32 : Opcodes.ClassJump) | (byte)comparison.Condition);
        EmitJump(
            comparison.Right is { } right
                ? new((byte)(opcode | Opcodes.SourceRegister), comparison.Left, right, 0, 0)
                : new(opcode, comparison.Left, default, 0, comparison.Immediate),
            label,
            new(file, line));
    }

    /// <summary>
    /// <c>call number</c>: calls a helper of the kernel with the arguments <c>r1</c> to <c>r5</c>, which the call destroys; the result is in <c>r0</c>.
    /// </summary>
    public void Call(Helper helper, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(new(Opcodes.Call, default, default, 0, (int)helper), new(file, line));

    /// <summary><c>call number</c>: calls a helper of the kernel by its number in <c>linux/bpf.h</c>.</summary>
    public void Call(int helper, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(helper);
        Emit(new(Opcodes.Call, default, default, 0, helper), new(file, line));
    }

    /// <summary>
    /// <c>call kernel-function#id</c>: calls a kernel function that is not a helper (a kfunc) with the arguments <c>r1</c> to <c>r5</c>, which the call
    /// destroys; the result is in <c>r0</c>. The available functions, and the types of programs that may call them, may change with every kernel version. The
    /// program's licence must be compatible with the GPL. Linux 5.13, on arm64 5.18; for XDP and most others 5.18 and later.
    /// </summary>
    /// <param name="id">
    /// The function's id on the running kernel (<see cref="TypeInformation.BtfTypes.FunctionId"/>): the code is valid until the next boot. Functions of modules
    /// cannot be called.
    /// </param>
    /// <param name="file">The source file; filled in by the compiler.</param>
    /// <param name="line">The line; filled in by the compiler.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id is below 1.</exception>
    /// <seealso href="https://docs.kernel.org/bpf/kfuncs.html"/>
    public void CallKernelFunction(int id, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(id, 1);
        Emit(new(Opcodes.Call, default, new Register(Opcodes.PseudoKernelFunctionCall), 0, id), new(file, line));
    }

    /// <summary>
    /// <c>call label</c>: calls a function of this program with the arguments <c>r1</c> to <c>r5</c>, which the call destroys; the result is in <c>r0</c>. The
    /// function has its own stack frame and ends with <see cref="Exit"/>. Linux 4.16.
    /// </summary>
    /// <exception cref="ArgumentException">The label belongs to another assembler.</exception>
    public void Call(Label function, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitJump(new(Opcodes.Call, default, new Register(Opcodes.PseudoCall), 0, 0), function, new(file, line));

    /// <summary><c>exit</c>: ends the program, or the function; <c>r0</c> is the result.</summary>
    public void Exit([CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) => Emit(new(Opcodes.Exit, default, default, 0, 0), new(file, line));
}
