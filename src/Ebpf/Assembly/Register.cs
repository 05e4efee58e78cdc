namespace Ebpf.Assembly;

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

    /// <summary>Survives calls. Packet loads (<see cref="Assembler.LoadPacket"/>) expect the context here.</summary>
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
    public static Address operator -(Register register, int offset) => new(register, -offset);

    /// <summary>Equal to a constant, sign-extended to 64 bits.</summary>
    public static Comparison operator ==(Register left, int right) => new(Condition.Equal, left, right);

    /// <summary>Different from a constant, sign-extended to 64 bits.</summary>
    public static Comparison operator !=(Register left, int right) => new(Condition.NotEqual, left, right);

    /// <summary>Greater than a constant, both as unsigned numbers.</summary>
    public static Comparison operator >(Register left, int right) => new(Condition.Greater, left, right);

    /// <summary>Less than a constant, both as unsigned numbers.</summary>
    public static Comparison operator <(Register left, int right) => new(Condition.Less, left, right);

    /// <summary>At least a constant, both as unsigned numbers.</summary>
    public static Comparison operator >=(Register left, int right) => new(Condition.GreaterOrEqual, left, right);

    /// <summary>At most a constant, both as unsigned numbers.</summary>
    public static Comparison operator <=(Register left, int right) => new(Condition.LessOrEqual, left, right);

    /// <summary>Equal to another register.</summary>
    public static Comparison operator ==(Register left, Register right) => new(Condition.Equal, left, right);

    /// <summary>Different from another register.</summary>
    public static Comparison operator !=(Register left, Register right) => new(Condition.NotEqual, left, right);

    /// <summary>Greater than another register, both as unsigned numbers.</summary>
    public static Comparison operator >(Register left, Register right) => new(Condition.Greater, left, right);

    /// <summary>Less than another register, both as unsigned numbers.</summary>
    public static Comparison operator <(Register left, Register right) => new(Condition.Less, left, right);

    /// <summary>At least another register, both as unsigned numbers.</summary>
    public static Comparison operator >=(Register left, Register right) => new(Condition.GreaterOrEqual, left, right);

    /// <summary>At most another register, both as unsigned numbers.</summary>
    public static Comparison operator <=(Register left, Register right) => new(Condition.LessOrEqual, left, right);

    /// <summary>Any of the bits of a constant, sign-extended to 64 bits, is set.</summary>
    public static Comparison operator &(Register left, int right) => new(Condition.AnyBit, left, right);

    /// <summary>Any bit of another register is set.</summary>
    public static Comparison operator &(Register left, Register right) => new(Condition.AnyBit, left, right);

    /// <inheritdoc/>
    public bool Equals(Register other) => Number == other.Number;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Register other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Number;

    /// <summary>As the kernel prints it: <c>r6</c>.</summary>
    public override string ToString() => $"r{Number}";
}
