using System.Globalization;

namespace Ebpf.Instructions;

/// <summary>
/// One of the eleven 64-bit registers. <c>r0</c> holds results, <c>r1</c> to <c>r5</c> arguments (a call destroys them), <c>r6</c> to
/// <c>r9</c> survive calls, <c>r10</c> is the end of the 512-byte stack and is read-only.
/// </summary>
/// <remarks>
/// The operators build operands rather than compute: <c>R6 + 16</c> is an address, <c>R0 != 0x12</c> a condition for
/// <see cref="Assembler.JumpIf"/>. To compare two registers as values use <see cref="Equals(Register)"/>.
/// </remarks>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc9669.html#section-3"/>
public readonly struct Register : IEquatable<Register>
{
    internal Register(byte number) => Number = number;

    /// <summary>Results of calls, and of the program.</summary>
    public static Register R0 => new(0);

    /// <summary>The first argument; at the start, the context.</summary>
    public static Register R1 => new(1);

    /// <summary>The second argument.</summary>
    public static Register R2 => new(2);

    /// <summary>The third argument.</summary>
    public static Register R3 => new(3);

    /// <summary>The fourth argument.</summary>
    public static Register R4 => new(4);

    /// <summary>The fifth argument.</summary>
    public static Register R5 => new(5);

    /// <summary>Survives calls. Packet loads (<see cref="Assembler.LoadPacket(Width, int, string?, int)"/>) expect the context here.</summary>
    public static Register R6 => new(6);

    /// <summary>Survives calls.</summary>
    public static Register R7 => new(7);

    /// <summary>Survives calls.</summary>
    public static Register R8 => new(8);

    /// <summary>Survives calls.</summary>
    public static Register R9 => new(9);

    /// <summary>The end of the stack: <c>R10 - 8</c> is its last 64-bit word.</summary>
    public static Register R10 => new(10);

    /// <summary>From 0 to 10.</summary>
    public byte Number { get; }

    /// <summary>The memory <paramref name="offset"/> bytes after where <paramref name="register"/> points.</summary>
    public static Address operator +(Register register, int offset) => new(register, offset);

    /// <summary>The memory <paramref name="offset"/> bytes before where <paramref name="register"/> points.</summary>
    /// <exception cref="OverflowException">The offset is <see cref="int.MinValue"/>, which has no opposite.</exception>
    public static Address operator -(Register register, int offset) => new(register, checked(-offset));

    /// <summary>Equal to a register, or to a constant, sign-extended to 64 bits.</summary>
    public static Comparison operator ==(Register left, Operand right) => Comparison.Of(Condition.Equal, left, right);

    /// <summary>Different from a register, or from a constant, sign-extended to 64 bits.</summary>
    public static Comparison operator !=(Register left, Operand right) => Comparison.Of(Condition.NotEqual, left, right);

    /// <summary>Greater than a register or a constant, sign-extended to 64 bits, both as unsigned numbers.</summary>
    public static Comparison operator >(Register left, Operand right) => Comparison.Of(Condition.Greater, left, right);

    /// <summary>Less than a register or a constant, sign-extended to 64 bits, both as unsigned numbers.</summary>
    public static Comparison operator <(Register left, Operand right) => Comparison.Of(Condition.Less, left, right);

    /// <summary>At least a register or a constant, sign-extended to 64 bits, both as unsigned numbers.</summary>
    public static Comparison operator >=(Register left, Operand right) => Comparison.Of(Condition.GreaterOrEqual, left, right);

    /// <summary>At most a register or a constant, sign-extended to 64 bits, both as unsigned numbers.</summary>
    public static Comparison operator <=(Register left, Operand right) => Comparison.Of(Condition.LessOrEqual, left, right);

    /// <summary>Any of the bits of a register or a constant, sign-extended to 64 bits is set.</summary>
    public static Comparison operator &(Register left, Operand right) => Comparison.Of(Condition.AnyBit, left, right);

    /// <summary>Greater than a register or a constant, both as signed numbers: <c>s&gt;</c>.</summary>
    public Comparison IsSignedGreaterThan(Operand right) => Comparison.Of(Condition.SignedGreater, this, right);

    /// <summary>At least a register or a constant, both as signed numbers: <c>s&gt;=</c>.</summary>
    public Comparison IsSignedAtLeast(Operand right) => Comparison.Of(Condition.SignedGreaterOrEqual, this, right);

    /// <summary>Less than a register or a constant, both as signed numbers: <c>s&lt;</c>. Linux 4.14.</summary>
    public Comparison IsSignedLessThan(Operand right) => Comparison.Of(Condition.SignedLess, this, right);

    /// <summary>At most a register or a constant, both as signed numbers: <c>s&lt;=</c>. Linux 4.14.</summary>
    public Comparison IsSignedAtMost(Operand right) => Comparison.Of(Condition.SignedLessOrEqual, this, right);

    /// <inheritdoc/>
    public bool Equals(Register other) => Number == other.Number;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Register other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Number;

    /// <summary>As the kernel prints it: <c>r6</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"r{Number}");
}
