using System.Globalization;

namespace Ebpf.Instructions;

/// <summary>
/// Represents the low 32 bits of a register, in the kernel's notation <c>w0</c> to <c>w10</c>. Writing them clears the high 32 bits. Arithmetic: Linux 3.19;
/// conditional jumps: Linux 5.1.
/// </summary>
/// <remarks>The operators create conditions and do not compute, as those of <see cref="Register"/>.</remarks>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc9669.html#section-4.1"/>
public readonly struct Register32 : IEquatable<Register32>
{
    internal Register32(byte number) => Number = number;

    /// <summary>Gets <c>w0</c>, the low half of <see cref="Register.R0"/>.</summary>
    public static Register32 W0 => new(0);

    /// <summary>Gets <c>w1</c>, the low half of <see cref="Register.R1"/>.</summary>
    public static Register32 W1 => new(1);

    /// <summary>Gets <c>w2</c>, the low half of <see cref="Register.R2"/>.</summary>
    public static Register32 W2 => new(2);

    /// <summary>Gets <c>w3</c>, the low half of <see cref="Register.R3"/>.</summary>
    public static Register32 W3 => new(3);

    /// <summary>Gets <c>w4</c>, the low half of <see cref="Register.R4"/>.</summary>
    public static Register32 W4 => new(4);

    /// <summary>Gets <c>w5</c>, the low half of <see cref="Register.R5"/>.</summary>
    public static Register32 W5 => new(5);

    /// <summary>Gets <c>w6</c>, the low half of <see cref="Register.R6"/>.</summary>
    public static Register32 W6 => new(6);

    /// <summary>Gets <c>w7</c>, the low half of <see cref="Register.R7"/>.</summary>
    public static Register32 W7 => new(7);

    /// <summary>Gets <c>w8</c>, the low half of <see cref="Register.R8"/>.</summary>
    public static Register32 W8 => new(8);

    /// <summary>Gets <c>w9</c>, the low half of <see cref="Register.R9"/>.</summary>
    public static Register32 W9 => new(9);

    /// <summary>Gets <c>w10</c>, the low half of <see cref="Register.R10"/>.</summary>
    public static Register32 W10 => new(10);

    /// <summary>Gets the number of the register, from 0 to 10.</summary>
    public byte Number { get; }

    /// <summary>Creates the condition "equal to a register, or to a constant".</summary>
    public static Comparison operator ==(Register32 left, Operand32 right) => Comparison.Of(Condition.Equal, left, right);

    /// <summary>Creates the condition "not equal to a register, or to a constant".</summary>
    public static Comparison operator !=(Register32 left, Operand32 right) => Comparison.Of(Condition.NotEqual, left, right);

    /// <summary>Creates the condition "greater than a register or a constant", both as unsigned numbers.</summary>
    public static Comparison operator >(Register32 left, Operand32 right) => Comparison.Of(Condition.Greater, left, right);

    /// <summary>Creates the condition "less than a register or a constant", both as unsigned numbers.</summary>
    public static Comparison operator <(Register32 left, Operand32 right) => Comparison.Of(Condition.Less, left, right);

    /// <summary>Creates the condition "at least a register or a constant", both as unsigned numbers.</summary>
    public static Comparison operator >=(Register32 left, Operand32 right) => Comparison.Of(Condition.GreaterOrEqual, left, right);

    /// <summary>Creates the condition "at most a register or a constant", both as unsigned numbers.</summary>
    public static Comparison operator <=(Register32 left, Operand32 right) => Comparison.Of(Condition.LessOrEqual, left, right);

    /// <summary>Creates the condition "any of the bits is set that are set in a register or a constant".</summary>
    public static Comparison operator &(Register32 left, Operand32 right) => Comparison.Of(Condition.AnyBit, left, right);

    /// <summary>Creates the condition "greater than a register or a constant", both as signed numbers: <c>s&gt;</c>.</summary>
    public Comparison IsSignedGreaterThan(Operand32 right) => Comparison.Of(Condition.SignedGreater, this, right);

    /// <summary>Creates the condition "at least a register or a constant", both as signed numbers: <c>s&gt;=</c>.</summary>
    public Comparison IsSignedAtLeast(Operand32 right) => Comparison.Of(Condition.SignedGreaterOrEqual, this, right);

    /// <summary>Creates the condition "less than a register or a constant", both as signed numbers: <c>s&lt;</c>. Linux 4.14.</summary>
    public Comparison IsSignedLessThan(Operand32 right) => Comparison.Of(Condition.SignedLess, this, right);

    /// <summary>Creates the condition "at most a register or a constant", both as signed numbers: <c>s&lt;=</c>. Linux 4.14.</summary>
    public Comparison IsSignedAtMost(Operand32 right) => Comparison.Of(Condition.SignedLessOrEqual, this, right);

    /// <inheritdoc/>
    public bool Equals(Register32 other) => Number == other.Number;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Register32 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Number;

    /// <summary>Returns the register in the kernel's notation: <c>w6</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"w{Number}");
}
