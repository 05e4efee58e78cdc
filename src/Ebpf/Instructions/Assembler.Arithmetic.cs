using System.Runtime.CompilerServices;

namespace Ebpf.Instructions;

/// <content>Arithmetic on all 64 bits. A constant has 32 bits and is sign-extended.</content>
public sealed partial class Assembler
{
    /// <summary><c>dst = src</c>.</summary>
    public void Move(Register destination, Operand source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.Move, destination, source, 0, new(file, line));

    /// <summary><c>dst += src</c>.</summary>
    public void Add(Register destination, Operand source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.Add, destination, source, 0, new(file, line));

    /// <summary><c>dst -= src</c>.</summary>
    public void Subtract(Register destination, Operand source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.Subtract, destination, source, 0, new(file, line));

    /// <summary><c>dst *= src</c>.</summary>
    public void Multiply(Register destination, Operand source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.Multiply, destination, source, 0, new(file, line));

    /// <summary><c>dst /= src</c>, unsigned; division by zero gives 0.</summary>
    public void Divide(Register destination, Operand source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.Divide, destination, source, 0, new(file, line));

    /// <summary><c>dst s/= src</c>, signed; division by zero gives 0, and the smallest number divided by -1 is itself. Linux 6.6.</summary>
    public void SignedDivide(Register destination, Operand source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.Divide, destination, source, Opcodes.SignedDivision, new(file, line));

    /// <summary><c>dst %= src</c>, unsigned; modulo zero leaves <c>dst</c> unchanged.</summary>
    public void Modulo(Register destination, Operand source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.Modulo, destination, source, 0, new(file, line));

    /// <summary><c>dst s%= src</c>, signed; modulo zero leaves <c>dst</c> unchanged, and the result has the sign of <c>dst</c>. Linux 6.6.</summary>
    public void SignedModulo(Register destination, Operand source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.Modulo, destination, source, Opcodes.SignedDivision, new(file, line));

    /// <summary><c>dst &amp;= src</c>.</summary>
    public void And(Register destination, Operand source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.And, destination, source, 0, new(file, line));

    /// <summary><c>dst |= src</c>.</summary>
    public void Or(Register destination, Operand source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.Or, destination, source, 0, new(file, line));

    /// <summary><c>dst ^= src</c>.</summary>
    public void Xor(Register destination, Operand source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.Xor, destination, source, 0, new(file, line));

    /// <summary><c>dst &lt;&lt;= src</c>. Only the low 6 bits of <c>src</c> are used.</summary>
    public void ShiftLeft(Register destination, Operand source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.ShiftLeft, destination, source, 0, new(file, line));

    /// <summary><c>dst &gt;&gt;= src</c>, filling with zeros. Only the low 6 bits of <c>src</c> are used.</summary>
    public void ShiftRight(Register destination, Operand source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.ShiftRight, destination, source, 0, new(file, line));

    /// <summary><c>dst s&gt;&gt;= src</c>, filling with the sign. Only the low 6 bits of <c>src</c> are used.</summary>
    public void ArithmeticShiftRight(Register destination, Operand source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(AluOperation.ArithmeticShiftRight, destination, source, 0, new(file, line));

    /// <summary><c>dst = -dst</c>.</summary>
    public void Negate(Register destination, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        Emit(new(Opcodes.ClassAlu64 | Opcodes.OperationNegate, destination, default, 0, 0), new(file, line));

    /// <summary><c>dst = (s8) src</c>: the low bits of <c>src</c>, sign-extended. Linux 6.6.</summary>
    /// <param name="destination">The register to write.</param>
    /// <param name="width"><see cref="Width.S8"/>, <see cref="Width.S16"/> or <see cref="Width.S32"/>.</param>
    /// <param name="source">The register to read.</param>
    /// <param name="file">The source file; filled in by the compiler.</param>
    /// <param name="line">The line; filled in by the compiler.</param>
    /// <exception cref="ArgumentException">The width is another one.</exception>
    public void MoveSignExtended(Register destination, Width width, Register source, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0)
    {
        if (!width.IsSigned)
        {
            throw new ArgumentException("The width must be S8, S16 or S32.", nameof(width));
        }

        Emit(AluOperation.Move, destination, source, (short)width.Size, new(file, line));
    }

    /// <summary><c>dst = be16 dst</c>: converts the low bits of <c>dst</c> to or from big-endian (network) byte order, and clears the other bits.</summary>
    /// <param name="destination">The register.</param>
    /// <param name="bits">16, 32 or 64.</param>
    /// <param name="file">The source file; filled in by the compiler.</param>
    /// <param name="line">The line; filled in by the compiler.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of bits is another one.</exception>
    public void ToBigEndian(Register destination, int bits, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitSwap(Opcodes.ToBigEndian, destination, bits, new(file, line));

    /// <summary><c>dst = le16 dst</c>: converts the low bits of <c>dst</c> to or from little-endian byte order, and clears the other bits.</summary>
    /// <param name="destination">The register.</param>
    /// <param name="bits">16, 32 or 64.</param>
    /// <param name="file">The source file; filled in by the compiler.</param>
    /// <param name="line">The line; filled in by the compiler.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of bits is another one.</exception>
    public void ToLittleEndian(Register destination, int bits, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitSwap(Opcodes.ToLittleEndian, destination, bits, new(file, line));

    /// <summary><c>dst = bswap16 dst</c>: reverses the bytes of the low bits of <c>dst</c>, and clears the other bits. Linux 6.6.</summary>
    /// <param name="destination">The register.</param>
    /// <param name="bits">16, 32 or 64.</param>
    /// <param name="file">The source file; filled in by the compiler.</param>
    /// <param name="line">The line; filled in by the compiler.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of bits is another one.</exception>
    public void SwapBytes(Register destination, int bits, [CallerFilePath] string? file = null, [CallerLineNumber] int line = 0) =>
        EmitSwap(Opcodes.ByteSwap, destination, bits, new(file, line));

    private void EmitSwap(byte opcode, Register destination, int bits, SourceLocation location)
    {
        if (bits is not (16 or 32 or 64))
        {
            throw new ArgumentOutOfRangeException(nameof(bits), bits, "The number of bits must be 16, 32 or 64.");
        }

        Emit(new(opcode, destination, default, 0, bits), location);
    }

    private void Emit(AluOperation operation, Register destination, Operand source, short offset, SourceLocation location)
    {
        byte opcode = (byte)(Opcodes.ClassAlu64 | (byte)operation);
        Emit(
            source.Register is { } register
                ? new((byte)(opcode | Opcodes.SourceRegister), destination, register, offset, 0)
                : new(opcode, destination, default, offset, source.Immediate),
            location);
    }
}
