namespace Ebpf.Maps;

/// <summary>What a class of ours expects of the kernel's map behind it.</summary>
/// <param name="Class">The class, as an error names it.</param>
/// <param name="KeySize">Bytes in a key.</param>
/// <param name="ValueSize">Bytes in a value.</param>
/// <param name="Types">The kinds of map that it can handle.</param>
internal sealed record MapShape(string Class, int KeySize, int ValueSize, params BpfMapType[] Types)
{
    /// <exception cref="ArgumentException">The class cannot handle <paramref name="type"/>.</exception>
    public void ThrowUnlessFor(BpfMapType type)
    {
        if (!Types.Contains(type))
        {
            string maker = MapKind.Of(type) is { } kind ? $"make it with {kind.Maker}" : "this library does not support it";
            throw new ArgumentException($"A {Class} is not a map of type {type}: {maker}.", nameof(type));
        }
    }

    /// <returns>What differs, as the rest of a sentence; null if nothing does.</returns>
    public string? MismatchWith(BpfMapInfo info)
    {
        if (Types.Contains(info.Type) && info.KeySize == KeySize && info.ValueSize == ValueSize)
        {
            return info.MaxEntries <= int.MaxValue ? null : $"it has {info.MaxEntries} entries, and a {Class} may have {int.MaxValue}";
        }

        return $"it is of type {info.Type} with {info.KeySize} bytes a key and {info.ValueSize} bytes a value, "
            + $"and this {Class} needs type {string.Join(" or ", Types)} with {KeySize} bytes a key and {ValueSize} bytes a value";
    }
}
