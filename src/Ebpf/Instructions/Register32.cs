using System.Globalization;

namespace Ebpf.Instructions;

/// <summary>
/// The low 32 bits of a register, which the kernel's notation calls <c>w0</c> to <c>w10</c>. Writing them clears the high 32 bits. Arithmetic:
/// Linux 3.19; conditional jumps: Linux 5.1.
/// </summary>
/// <remarks>The operators build conditions rather than compute, as those of <see cref="Register"/> do.</remarks>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc9669.html#section-4.1"/>
public readonly struct Register32 : IEquatable<Register32>
{
    internal Register32(byte number) => Number = number;

    /// <summary>The low half of <see cref="Register.R0"/>.</summary>
    public static Register32 W0 => new(0);

    /// <summary>The low half of <see cref="Register.R1"/>.</summary>
    public static Register32 W1 => new(1);

    /// <summary>The low half of <see cref="Register.R2"/>.</summary>
    public static Register32 W2 => new(2);

    /// <summary>The low half of <see cref="Register.R3"/>.</summary>
    public static Register32 W3 => new(3);

    /// <summary>The low half of <see cref="Register.R4"/>.</summary>
    public static Register32 W4 => new(4);

    /// <summary>The low half of <see cref="Register.R5"/>.</summary>
    public static Register32 W5 => new(5);

    /// <summary>The low half of <see cref="Register.R6"/>.</summary>
    public static Register32 W6 => new(6);

    /// <summary>The low half of <see cref="Register.R7"/>.</summary>
    public static Register32 W7 => new(7);

    /// <summary>The low half of <see cref="Register.R8"/>.</summary>
    public static Register32 W8 => new(8);

    /// <summary>The low half of <see cref="Register.R9"/>.</summary>
    public static Register32 W9 => new(9);

    /// <summary>The low half of <see cref="Register.R10"/>.</summary>
    public static Register32 W10 => new(10);

    /// <summary>From 0 to 10.</summary>
    public byte Number { get; }

    /// <summary>Equal to a register, or to a constant.</summary>
    public static Comparison operator ==(Register32 left, Operand32 right) => Comparison.Of(Condition.Equal, left, right);

    /// <summary>Different from a register, or from a constant.</summary>
    public static Comparison operator !=(Register32 left, Operand32 right) => Comparison.Of(Condition.NotEqual, left, right);

    /// <summary>Greater than a register or a constant, both as unsigned numbers.</summary>
    public static Comparison operator >(Register32 left, Operand32 right) => Comparison.Of(Condition.Greater, left, right);

    /// <summary>Less than a register or a constant, both as unsigned numbers.</summary>
    public static Comparison operator <(Register32 left, Operand32 right) => Comparison.Of(Condition.Less, left, right);

    /// <summary>At least a register or a constant, both as unsigned numbers.</summary>
    public static Comparison operator >=(Register32 left, Operand32 right) => Comparison.Of(Condition.GreaterOrEqual, left, right);

    /// <summary>At most a register or a constant, both as unsigned numbers.</summary>
    public static Comparison operator <=(Register32 left, Operand32 right) => Comparison.Of(Condition.LessOrEqual, left, right);

    /// <summary>Any of the bits of a register or a constant is set.</summary>
    public static Comparison operator &(Register32 left, Operand32 right) => Comparison.Of(Condition.AnyBit, left, right);

    /// <summary>Greater than a register or a constant, both as signed numbers: <c>s&gt;</c>.</summary>
    public Comparison IsSignedGreaterThan(Operand32 right) => Comparison.Of(Condition.SignedGreater, this, right);

    /// <summary>At least a register or a constant, both as signed numbers: <c>s&gt;=</c>.</summary>
    public Comparison IsSignedAtLeast(Operand32 right) => Comparison.Of(Condition.SignedGreaterOrEqual, this, right);

    /// <summary>Less than a register or a constant, both as signed numbers: <c>s&lt;</c>. Linux 4.14.</summary>
    public Comparison IsSignedLessThan(Operand32 right) => Comparison.Of(Condition.SignedLess, this, right);

    /// <summary>At most a register or a constant, both as signed numbers: <c>s&lt;=</c>. Linux 4.14.</summary>
    public Comparison IsSignedAtMost(Operand32 right) => Comparison.Of(Condition.SignedLessOrEqual, this, right);

    /// <inheritdoc/>
    public bool Equals(Register32 other) => Number == other.Number;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Register32 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Number;

    /// <summary>As the kernel prints it: <c>w6</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"w{Number}");
}
