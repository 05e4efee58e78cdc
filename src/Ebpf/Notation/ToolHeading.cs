using Ebpf.Instructions;

namespace Ebpf.Notation;

/// <summary>Headings that a tool prints: <c>llvm-objdump</c> a file and a section, <c>bpftool</c> a function: <c>int f(int a):</c>.</summary>
internal static class ToolHeading
{
    public static bool Is(ReadOnlySpan<char> line) => IsSignature(line.Trim()) || IsAboutSection(line) || IsAboutFile(line);

    private static bool IsAboutSection(ReadOnlySpan<char> line) =>
        line.StartsWith("Disassembly of section ") && line.TrimEnd().EndsWith(":") && !line.Contains(';');

    // The file's name must not contain a comment or a blank, because an instruction could follow it.
    private static bool IsAboutFile(ReadOnlySpan<char> line) =>
        line.IndexOf(":\tfile format ", StringComparison.Ordinal) is > 0 and var end && !line[..end].ContainsAny(" \t#;");

    private static bool IsSignature(ReadOnlySpan<char> line)
    {
        int word = line.IndexOfAny(' ', '(');
        return word > 0 && line.EndsWith("):", StringComparison.Ordinal) && Symbols.IsLabelName(line[..word]);
    }
}
