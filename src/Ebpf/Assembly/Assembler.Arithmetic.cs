using Op = Ebpf.Assembly.Opcode;

namespace Ebpf.Assembly;

/// <content>Arithmetic on all 64 bits. A constant has 32 bits and is sign-extended.</content>
public sealed partial class Assembler
{
    /// <summary><c>dst = src</c>.</summary>
    public void Move(Register destination, Register source) => Emit(AluOperation.Move, destination, source);

    /// <summary><c>dst = immediate</c>.</summary>
    public void Move(Register destination, int immediate) => Emit(AluOperation.Move, destination, immediate);

    /// <summary><c>dst += src</c>.</summary>
    public void Add(Register destination, Register source) => Emit(AluOperation.Add, destination, source);

    /// <summary><c>dst += immediate</c>.</summary>
    public void Add(Register destination, int immediate) => Emit(AluOperation.Add, destination, immediate);

    /// <summary><c>dst -= src</c>.</summary>
    public void Subtract(Register destination, Register source) => Emit(AluOperation.Subtract, destination, source);

    /// <summary><c>dst -= immediate</c>.</summary>
    public void Subtract(Register destination, int immediate) => Emit(AluOperation.Subtract, destination, immediate);

    /// <summary><c>dst *= src</c>.</summary>
    public void Multiply(Register destination, Register source) => Emit(AluOperation.Multiply, destination, source);

    /// <summary><c>dst *= immediate</c>.</summary>
    public void Multiply(Register destination, int immediate) => Emit(AluOperation.Multiply, destination, immediate);

    /// <summary><c>dst /= src</c>, unsigned; division by zero gives 0.</summary>
    public void Divide(Register destination, Register source) => Emit(AluOperation.Divide, destination, source);

    /// <summary><c>dst /= immediate</c>, unsigned; division by zero gives 0.</summary>
    public void Divide(Register destination, int immediate) => Emit(AluOperation.Divide, destination, immediate);

    /// <summary><c>dst %= src</c>, unsigned; modulo zero leaves <c>dst</c> as it is.</summary>
    public void Modulo(Register destination, Register source) => Emit(AluOperation.Modulo, destination, source);

    /// <summary><c>dst %= immediate</c>, unsigned; modulo zero leaves <c>dst</c> as it is.</summary>
    public void Modulo(Register destination, int immediate) => Emit(AluOperation.Modulo, destination, immediate);

    /// <summary><c>dst &amp;= src</c>.</summary>
    public void And(Register destination, Register source) => Emit(AluOperation.And, destination, source);

    /// <summary><c>dst &amp;= immediate</c>.</summary>
    public void And(Register destination, int immediate) => Emit(AluOperation.And, destination, immediate);

    /// <summary><c>dst |= src</c>.</summary>
    public void Or(Register destination, Register source) => Emit(AluOperation.Or, destination, source);

    /// <summary><c>dst |= immediate</c>.</summary>
    public void Or(Register destination, int immediate) => Emit(AluOperation.Or, destination, immediate);

    /// <summary><c>dst ^= src</c>.</summary>
    public void Xor(Register destination, Register source) => Emit(AluOperation.Xor, destination, source);

    /// <summary><c>dst ^= immediate</c>.</summary>
    public void Xor(Register destination, int immediate) => Emit(AluOperation.Xor, destination, immediate);

    /// <summary><c>dst &lt;&lt;= src</c>.</summary>
    public void ShiftLeft(Register destination, Register source) => Emit(AluOperation.ShiftLeft, destination, source);

    /// <summary><c>dst &lt;&lt;= immediate</c>.</summary>
    public void ShiftLeft(Register destination, int immediate) => Emit(AluOperation.ShiftLeft, destination, immediate);

    /// <summary><c>dst &gt;&gt;= src</c>, filling with zeros.</summary>
    public void ShiftRight(Register destination, Register source) => Emit(AluOperation.ShiftRight, destination, source);

    /// <summary><c>dst &gt;&gt;= immediate</c>, filling with zeros.</summary>
    public void ShiftRight(Register destination, int immediate) => Emit(AluOperation.ShiftRight, destination, immediate);

    /// <summary><c>dst s&gt;&gt;= src</c>, filling with the sign.</summary>
    public void ArithmeticShiftRight(Register destination, Register source) => Emit(AluOperation.ArithmeticShiftRight, destination, source);

    /// <summary><c>dst s&gt;&gt;= immediate</c>, filling with the sign.</summary>
    public void ArithmeticShiftRight(Register destination, int immediate) => Emit(AluOperation.ArithmeticShiftRight, destination, immediate);

    private void Emit(AluOperation operation, Register destination, Register source) =>
        Emit((byte)(Op.ClassAlu64 | Op.SourceRegister | (byte)operation), destination, source);

    private void Emit(AluOperation operation, Register destination, int immediate) =>
        Emit((byte)(Op.ClassAlu64 | (byte)operation), destination, default, 0, immediate);
}
