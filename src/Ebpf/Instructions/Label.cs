namespace Ebpf.Instructions;

/// <summary>
/// A place in a program that jumps can go to, before or after it is known: made by <see cref="Assembler.NewLabel"/>, placed by <see cref="Assembler.Mark"/>.
/// </summary>
public sealed class Label
{
    internal Label(Assembler owner, string? name)
    {
        Owner = owner;
        Name = name;
    }

    /// <summary>How listings and errors call it; null where listings count.</summary>
    public string? Name { get; }

    internal Assembler Owner { get; }

    /// <summary>The slot that the label stands before, once marked.</summary>
    internal int? Slot { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Name ?? "(without a name)";
}
