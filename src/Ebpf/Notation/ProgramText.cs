using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Ebpf.Maps;

namespace Ebpf.Notation;

/// <summary>
/// Represents the text of a program with C# values, the interpolated string handler of <c>Assembler.Parse($"r1 = {map}")</c>. Numbers are formatted for the
/// notation, independent of the current culture; enumeration values are formatted as numbers.
/// </summary>
[InterpolatedStringHandler]
public readonly struct ProgramText
{
    private readonly StringBuilder _text;
    private readonly Dictionary<string, BpfMap> _maps = [];

    /// <summary>Initializes a new instance. Called by the compiler.</summary>
    public ProgramText(int literalLength, int formattedCount) => _text = new StringBuilder(literalLength + (formattedCount * 8));

    internal IReadOnlyDictionary<string, BpfMap> Maps => _maps;

    /// <summary>Appends the text between values.</summary>
    public void AppendLiteral(string text) => _text.Append(text);

    /// <summary>Appends a part of a program.</summary>
    public void AppendFormatted(string text) => _text.Append(text);

    /// <summary>
    /// Appends a number, a register, an enumeration's value as its number, or a reference to a map: <c>r1 = {map}</c>, <c>r1 = {map}[0]+8</c>.
    /// </summary>
    public void AppendFormatted<T>(T value) => AppendFormatted(value, null);

    /// <summary>Appends a value with a .NET format string: <c>0x{flags:x}</c>.</summary>
    public void AppendFormatted<T>(T value, string? format)
    {
        switch (value)
        {
            case BpfMap map:
                Append(map);
                break;
            case Enum number:
                _text.Append(number.ToString(format ?? "d"));
                break;
            case IFormattable formattable:
                _text.Append(formattable.ToString(format, CultureInfo.InvariantCulture));
                break;
            default:
                _text.Append(value);
                break;
        }
    }

    /// <summary>Returns the text with the values.</summary>
    public override string ToString() => _text.ToString();

    private void Append(BpfMap map)
    {
        string first = map.Name ?? "map";
        string name = first;
        for (int i = 1; !_maps.TryAdd(name, map) && _maps[name] != map; i++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{first}_{i}");
        }

        _text.Append("map[").Append(name).Append(']');
    }
}
