namespace Ebpf.Instructions;

/// <summary> Represents the condition of a jump, such as <c>R0 != 0x12</c>, <c>R1 &gt; R2</c>, <c>W0 &amp; 1</c> or <c>R0.IsSignedLessThan(5)</c>. </summary>
public readonly record struct Comparison
{
    private Comparison(Condition condition, byte left, byte? right, int immediate, bool is32Bit)
    {
        Condition = condition;
        Left = new Register(left);
        Right = right is { } number ? new Register(number) : null;
        Immediate = immediate;
        Is32Bit = is32Bit;
    }

    /// <summary>Gets the relation that is tested.</summary>
    public Condition Condition { get; }

    /// <summary>Gets the left side.</summary>
    public Register Left { get; }

    /// <summary>Gets the right side, or null if it is <see cref="Immediate"/>.</summary>
    public Register? Right { get; }

    /// <summary>Gets the right side if it is a constant.</summary>
    public int Immediate { get; }

    /// <summary>Gets a value indicating whether only the low 32 bits of the registers are compared. Linux 5.1.</summary>
    public bool Is32Bit { get; }

    internal static Comparison Of(Condition condition, Register left, Operand right) =>
        new(condition, left.Number, right.Register?.Number, right.Immediate, is32Bit: false);

    internal static Comparison Of(Condition condition, Register32 left, Operand32 right) =>
        new(condition, left.Number, right.Register?.Number, right.Immediate, is32Bit: true);
}
