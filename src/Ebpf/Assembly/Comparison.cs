namespace Ebpf.Assembly;

/// <summary>The condition of a jump. Written <c>R0 != 0x12</c> or <c>R1 &gt; R2</c>.</summary>
public readonly record struct Comparison
{
    internal Comparison(Condition condition, Register left, int right)
    {
        Condition = condition;
        Left = left;
        Immediate = right;
    }

    internal Comparison(Condition condition, Register left, Register right)
    {
        Condition = condition;
        Left = left;
        Right = right;
    }

    /// <summary>What is tested.</summary>
    public Condition Condition { get; }

    /// <summary>The left side.</summary>
    public Register Left { get; }

    /// <summary>The right side, or null when it is <see cref="Immediate"/>.</summary>
    public Register? Right { get; }

    /// <summary>The right side where it is a constant.</summary>
    public int Immediate { get; }
}
