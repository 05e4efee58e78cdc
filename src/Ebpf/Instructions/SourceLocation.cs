using System.Globalization;

namespace Ebpf.Instructions;

/// <summary>The source position of an instruction: a line of C#, or, without a file, a line of a parsed text.</summary>
/// <param name="File">The C# file; null for a text.</param>
/// <param name="Line">The line, from 1 on.</param>
/// <param name="Column">The start of the instruction in the line, from 1 on; 0 if unknown.</param>
/// <param name="Length">The number of characters of the instruction; 0 if it is the only one in the line.</param>
internal readonly record struct SourceLocation(string? File, int Line, int Column = 0, int Length = 0)
{
    /// <summary>Returns the position for people: <c>Filter.cs:12</c> or <c>line 12</c>; for one of several instructions <c>line 12, column 8</c>.</summary>
    public override string ToString() => File is not null
        ? string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(File)}:{Line}")
        : string.Create(CultureInfo.InvariantCulture, $"line {Line}{(Length > 0 ? $", column {Column}" : "")}");

    /// <summary>Returns the text of the instruction.</summary>
    public string In(string text)
    {
        string line = text.Split('\n')[Line - 1];
        return (Length > 0 ? line.Substring(Column - 1, Length) : line).Trim();
    }
}
