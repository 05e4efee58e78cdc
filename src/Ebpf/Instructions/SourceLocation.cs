using System.Globalization;

namespace Ebpf.Instructions;

/// <summary>Where an instruction was written: a line of C#, or, without a file, a line of a text that was parsed.</summary>
internal readonly record struct SourceLocation(string? File, int Line)
{
    /// <summary>For people: <c>Filter.cs:12</c> or <c>line 12</c>.</summary>
    public override string ToString() => File is null
        ? string.Create(CultureInfo.InvariantCulture, $"line {Line}")
        : string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(File)}:{Line}");
}
