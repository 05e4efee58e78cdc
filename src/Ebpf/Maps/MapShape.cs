namespace Ebpf.Maps;

/// <summary>The requirements of a class for its map.</summary>
/// <param name="Class">The name of the class, for errors.</param>
/// <param name="KeySize">The size of a key in bytes.</param>
/// <param name="ValueSize">The size of a value in bytes.</param>
/// <param name="Types">The types of map that the class supports.</param>
internal sealed record MapShape(string Class, int KeySize, int ValueSize, params BpfMapType[] Types)
{
    /// <exception cref="ArgumentException">The class does not support <paramref name="type"/>.</exception>
    public void ThrowUnlessFor(BpfMapType type)
    {
        if (!Types.Contains(type))
        {
            string maker = MapKind.Of(type) is { } kind ? $"make it with {kind.Maker}" : "this library does not support it";
            throw new ArgumentException($"A {Class} is not a map of type {type}: {maker}.", nameof(type));
        }
    }

    /// <returns>The differences, as the rest of a sentence; null if there are none.</returns>
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
