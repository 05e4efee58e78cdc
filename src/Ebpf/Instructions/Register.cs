using System.Globalization;

namespace Ebpf.Instructions;

/// <summary>
/// Represents one of the eleven 64-bit registers. <c>r0</c> holds results, <c>r1</c> to <c>r5</c> hold arguments and are destroyed by a call, <c>r6</c> to
/// <c>r9</c> are preserved across calls, and <c>r10</c>, which is read-only, is the end of the 512-byte stack.
/// </summary>
/// <remarks>
/// The operators create operands and do not compute: <c>R6 + 16</c> is an address, <c>R0 != 0x12</c> a condition for <see cref="Assembler.JumpIf"/>. To compare
/// two <see cref="Register"/> values in C#, use <see cref="Equals(Register)"/>.
/// </remarks>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc9669.html#section-3"/>
public readonly struct Register : IEquatable<Register>
{
    internal Register(byte number) => Number = number;

    /// <summary>Gets <c>r0</c>: the result of calls, and of the program.</summary>
    public static Register R0 => new(0);

    /// <summary>Gets <c>r1</c>: the first argument; at the start of the program, the context.</summary>
    public static Register R1 => new(1);

    /// <summary>Gets <c>r2</c>: the second argument.</summary>
    public static Register R2 => new(2);

    /// <summary>Gets <c>r3</c>: the third argument.</summary>
    public static Register R3 => new(3);

    /// <summary>Gets <c>r4</c>: the fourth argument.</summary>
    public static Register R4 => new(4);

    /// <summary>Gets <c>r5</c>: the fifth argument.</summary>
    public static Register R5 => new(5);

    /// <summary>
    /// Gets <c>r6</c>, which is preserved across calls. Packet loads (<see cref="Assembler.LoadPacket(Width, int, string?, int)"/>) require the context in it.
    /// </summary>
    public static Register R6 => new(6);

    /// <summary>Gets <c>r7</c>, which is preserved across calls.</summary>
    public static Register R7 => new(7);

    /// <summary>Gets <c>r8</c>, which is preserved across calls.</summary>
    public static Register R8 => new(8);

    /// <summary>Gets <c>r9</c>, which is preserved across calls.</summary>
    public static Register R9 => new(9);

    /// <summary>Gets <c>r10</c>, the end of the stack: <c>R10 - 8</c> is its last 64-bit word.</summary>
    public static Register R10 => new(10);

    /// <summary>Gets the number of the register, from 0 to 10.</summary>
    public byte Number { get; }

    /// <summary>Creates the address <paramref name="offset"/> bytes after the one in <paramref name="register"/>.</summary>
    public static Address operator +(Register register, int offset) => new(register, offset);

    /// <summary>Creates the address <paramref name="offset"/> bytes before the one in <paramref name="register"/>.</summary>
    /// <exception cref="OverflowException">The offset is <see cref="int.MinValue"/>, which cannot be negated.</exception>
    public static Address operator -(Register register, int offset) => new(register, checked(-offset));

    /// <summary>Creates the condition "equal to a register, or to a constant, sign-extended to 64 bits".</summary>
    public static Comparison operator ==(Register left, Operand right) => Comparison.Of(Condition.Equal, left, right);

    /// <summary>Creates the condition "not equal to a register, or to a constant, sign-extended to 64 bits".</summary>
    public static Comparison operator !=(Register left, Operand right) => Comparison.Of(Condition.NotEqual, left, right);

    /// <summary>Creates the condition "greater than a register or a constant, sign-extended to 64 bits", both as unsigned numbers.</summary>
    public static Comparison operator >(Register left, Operand right) => Comparison.Of(Condition.Greater, left, right);

    /// <summary>Creates the condition "less than a register or a constant, sign-extended to 64 bits", both as unsigned numbers.</summary>
    public static Comparison operator <(Register left, Operand right) => Comparison.Of(Condition.Less, left, right);

    /// <summary>Creates the condition "at least a register or a constant, sign-extended to 64 bits", both as unsigned numbers.</summary>
    public static Comparison operator >=(Register left, Operand right) => Comparison.Of(Condition.GreaterOrEqual, left, right);

    /// <summary>Creates the condition "at most a register or a constant, sign-extended to 64 bits", both as unsigned numbers.</summary>
    public static Comparison operator <=(Register left, Operand right) => Comparison.Of(Condition.LessOrEqual, left, right);

    /// <summary>Creates the condition "any of the bits is set that are set in a register, or in a constant, sign-extended to 64 bits".</summary>
    public static Comparison operator &(Register left, Operand right) => Comparison.Of(Condition.AnyBit, left, right);

    /// <summary>Creates the condition "greater than a register or a constant", both as signed numbers: <c>s&gt;</c>.</summary>
    public Comparison IsSignedGreaterThan(Operand right) => Comparison.Of(Condition.SignedGreater, this, right);

    /// <summary>Creates the condition "at least a register or a constant", both as signed numbers: <c>s&gt;=</c>.</summary>
    public Comparison IsSignedAtLeast(Operand right) => Comparison.Of(Condition.SignedGreaterOrEqual, this, right);

    /// <summary>Creates the condition "less than a register or a constant", both as signed numbers: <c>s&lt;</c>. Linux 4.14.</summary>
    public Comparison IsSignedLessThan(Operand right) => Comparison.Of(Condition.SignedLess, this, right);

    /// <summary>Creates the condition "at most a register or a constant", both as signed numbers: <c>s&lt;=</c>. Linux 4.14.</summary>
    public Comparison IsSignedAtMost(Operand right) => Comparison.Of(Condition.SignedLessOrEqual, this, right);

    /// <inheritdoc/>
    public bool Equals(Register other) => Number == other.Number;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Register other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Number;

    /// <summary>Returns the register in the kernel's notation: <c>r6</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"r{Number}");
}
