using System.Globalization;

namespace Ebpf.Instructions;

/// <summary>Where an instruction was written: a line of C#, or, without a file, a line of a text that was parsed.</summary>
/// <param name="File">The file of C#; null for a text.</param>
/// <param name="Line">From 1 on.</param>
/// <param name="Column">Where the instruction starts in the line, from 1 on; 0 where that is not known.</param>
/// <param name="Length">How many characters of the line are the instruction; 0 where it has the line for itself.</param>
internal readonly record struct SourceLocation(string? File, int Line, int Column = 0, int Length = 0)
{
    /// <summary>For people: <c>Filter.cs:12</c> or <c>line 12</c>, of one of several instructions <c>line 12, column 8</c>.</summary>
    public override string ToString() => File is not null
        ? string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(File)}:{Line}")
        : string.Create(CultureInfo.InvariantCulture, $"line {Line}{(Length > 0 ? $", column {Column}" : "")}");

    /// <summary>What is written there.</summary>
    public string In(string text)
    {
        string line = text.Split('\n')[Line - 1];
        return (Length > 0 ? line.Substring(Column - 1, Length) : line).Trim();
    }
}
