namespace Ebpf.Instructions;

/// <summary>
/// Represents the target of jumps in a program. <see cref="Assembler.NewLabel"/> creates a label and <see cref="Assembler.Mark"/> places it, before or after
/// the jumps that use it.
/// </summary>
public sealed class Label
{
    internal Label(Assembler owner, string? name)
    {
        Owner = owner;
        Name = name;
    }

    /// <summary>Gets the name in listings and errors; null if listings number the label.</summary>
    public string? Name { get; }

    internal Assembler Owner { get; }

    /// <summary>Gets the slot that the label precedes, after it is placed.</summary>
    internal int? Slot { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Name ?? "(without a name)";
}
