using System.Runtime.CompilerServices;

namespace Ebpf.Instructions;

/// <content>Arithmetic on the low 32 bits (<c>w0</c> to <c>w10</c>), which clears the high 32 bits.</content>
public sealed partial class Assembler
{
    /// <summary><c>dst = src</c>.</summary>
    public void Move(Register32 destination, Operand32 source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.Move, destination, source, 0, new(file, line));

    /// <summary><c>dst += src</c>.</summary>
    public void Add(Register32 destination, Operand32 source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.Add, destination, source, 0, new(file, line));

    /// <summary><c>dst -= src</c>.</summary>
    public void Subtract(Register32 destination, Operand32 source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.Subtract, destination, source, 0, new(file, line));

    /// <summary><c>dst *= src</c>.</summary>
    public void Multiply(Register32 destination, Operand32 source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.Multiply, destination, source, 0, new(file, line));

    /// <summary><c>dst /= src</c>, unsigned; division by zero gives 0.</summary>
    public void Divide(Register32 destination, Operand32 source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.Divide, destination, source, 0, new(file, line));

    /// <summary><c>dst s/= src</c>, signed; division by zero gives 0, and the smallest number divided by -1 is itself. Linux 6.6.</summary>
    public void SignedDivide(Register32 destination, Operand32 source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.Divide, destination, source, Opcodes.SignedDivision, new(file, line));

    /// <summary><c>dst %= src</c>, unsigned; modulo zero leaves <c>dst</c> unchanged.</summary>
    public void Modulo(Register32 destination, Operand32 source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.Modulo, destination, source, 0, new(file, line));

    /// <summary><c>dst s%= src</c>, signed; modulo zero leaves <c>dst</c> unchanged, and the result has the sign of <c>dst</c>. Linux 6.6.</summary>
    public void SignedModulo(Register32 destination, Operand32 source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.Modulo, destination, source, Opcodes.SignedDivision, new(file, line));

    /// <summary><c>dst &amp;= src</c>.</summary>
    public void And(Register32 destination, Operand32 source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.And, destination, source, 0, new(file, line));

    /// <summary><c>dst |= src</c>.</summary>
    public void Or(Register32 destination, Operand32 source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.Or, destination, source, 0, new(file, line));

    /// <summary><c>dst ^= src</c>.</summary>
    public void Xor(Register32 destination, Operand32 source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.Xor, destination, source, 0, new(file, line));

    /// <summary><c>dst &lt;&lt;= src</c>. Only the low 5 bits of <c>src</c> are used.</summary>
    public void ShiftLeft(Register32 destination, Operand32 source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.ShiftLeft, destination, source, 0, new(file, line));

    /// <summary><c>dst &gt;&gt;= src</c>, filling with zeros. Only the low 5 bits of <c>src</c> are used.</summary>
    public void ShiftRight(Register32 destination, Operand32 source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.ShiftRight, destination, source, 0, new(file, line));

    /// <summary><c>dst s&gt;&gt;= src</c>, filling with the sign. Only the low 5 bits of <c>src</c> are used.</summary>
    public void ArithmeticShiftRight(Register32 destination, Operand32 source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.ArithmeticShiftRight, destination, source, 0, new(file, line));

    /// <summary><c>dst = -dst</c>.</summary>
    public void Negate(Register32 destination, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(new(Opcodes.ClassAlu32 | Opcodes.OperationNegate, new(destination.Number), default, 0, 0), new(file, line));

    /// <summary><c>dst = (s8) src</c>: the low bits of <c>src</c>, sign-extended to 32 bits. Linux 6.6.</summary>
    /// <param name="destination">The register to write.</param>
    /// <param name="width"><see cref="Width.S8"/> or <see cref="Width.S16"/>.</param>
    /// <param name="source">The register to read.</param>
    /// <param name="file">The source file; filled in by the compiler.</param>
    /// <param name="line">The line; filled in by the compiler.</param>
    /// <exception cref="ArgumentException">The width is another one.</exception>
    public void MoveSignExtended(Register32 destination, Width width, Register32 source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0)
    {
        if (!width.IsSigned || width == Width.S32)
        {
            throw new ArgumentException("The width must be S8 or S16.", nameof(width));
        }

        Emit(AluOperation.Move, destination, source, (short)width.Size, new(file, line));
    }

    private void Emit(AluOperation operation, Register32 destination, Operand32 source, short offset, SourceLocation location)
    {
        byte opcode = (byte)(Opcodes.ClassAlu32 | (byte)operation);
        Emit(
            source.Register is { } register
                ? new((byte)(opcode | Opcodes.SourceRegister), new(destination.Number), new(register.Number), offset, 0)
                : new(opcode, new(destination.Number), default, offset, source.Immediate),
            location);
    }
}
