using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Ebpf.Maps;

namespace Ebpf.Assembly;

/// <summary>
/// The text of a program with C# values in it: <c>Assembler.Parse($"r1 = {map}")</c>. The compiler makes it from an interpolated string. Numbers are written as the
/// notation wants them, whatever the current culture; enumerations as their numbers.
/// </summary>
[InterpolatedStringHandler]
public readonly struct ProgramText
{
    private readonly StringBuilder _text;
    private readonly Dictionary<string, BpfMap> _maps = [];

    /// <summary>For the compiler.</summary>
    public ProgramText(int literalLength, int formattedCount) => _text = new StringBuilder(literalLength + (formattedCount * 8));

    internal IReadOnlyDictionary<string, BpfMap> Maps => _maps;

    /// <summary>Appends what stands between the values.</summary>
    public void AppendLiteral(string text) => _text.Append(text);

    /// <summary>Appends a piece of program.</summary>
    public void AppendFormatted(string text) => _text.Append(text);

    /// <summary>Appends a reference to a map: <c>r1 = {map}</c>, or <c>r1 = {map}[0]+8</c>.</summary>
    public void AppendFormatted(BpfMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        string name = map.Name ?? "map";
        for (int i = 1; !_maps.TryAdd(name, map) && _maps[name] != map; i++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{map.Name ?? "map"}_{i}");
        }

        _text.Append("map[").Append(name).Append(']');
    }

    /// <summary>Appends a helper by its number: <c>call {Helper.MapLookupElement}</c>.</summary>
    public void AppendFormatted(Helper helper) => _text.Append(CultureInfo.InvariantCulture, $"{(int)helper}");

    /// <summary>Appends a number, a register, or the number of an enumeration's value.</summary>
    public void AppendFormatted<T>(T value) => AppendFormatted(value, value is Enum ? "d" : null);

    /// <summary>Appends a number in a format of .NET: <c>0x{flags:x}</c>.</summary>
    public void AppendFormatted<T>(T value, string? format) =>
        _text.Append(value is IFormattable formattable ? formattable.ToString(format, CultureInfo.InvariantCulture) : value?.ToString());

    /// <summary>The text, with the values in it.</summary>
    public override string ToString() => _text.ToString();
}
