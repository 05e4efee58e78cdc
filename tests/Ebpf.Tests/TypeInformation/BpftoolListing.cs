using System.Text.RegularExpressions;
using Hops.TestSupport;

namespace Ebpf.Tests.TypeInformation;

/// <summary>The output of <c>bpftool btf dump … format raw</c>, another reader of the same bytes.</summary>
internal static partial class BpftoolListing
{
    private static readonly Dictionary<string, string> Fields = new()
    {
        ["size"] = "size",
        ["vlen"] = "vlen",
        ["nr_elems"] = "vlen",
        ["type_id"] = "type",
        ["ret_type_id"] = "type",
        ["bits_offset"] = "bits",
        ["bitfield_size"] = "field",
        ["val"] = "value",
        ["offset"] = "offset",
    };

    /// <returns>A line for each type and entry, in <see cref="TypeLines"/>' form.</returns>
    public static IEnumerable<string> Of(string file)
    {
        string listing = Command.Run(Requires.Program("bpftool", "bpftool"), "btf", "dump", "file", file, "format", "raw");
        foreach (string line in listing.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Match type = TypeLine().Match(line);
            string head = type.Success ? $"[{type.Groups[1].Value}] {type.Groups[2].Value} {NameIn(type.Groups[3].Value)}" : $"\t{NameIn(line)}";
            string rest = line[(line.LastIndexOf('\'') + 1)..];
            // For a variable in a section, the name at the end is the variable's; the section's entry has no name.
            rest = line.StartsWith("\ttype_id=", StringComparison.Ordinal) ? line[..line.IndexOf('(', StringComparison.Ordinal)] : rest;
            head = line.StartsWith("\ttype_id=", StringComparison.Ordinal) ? "\t-" : head;
            // The bit offset of an integer inside its type, not that of a member.
            IEnumerable<string> fields = Field().Matches(type.Groups[2].Value == "INT" ? rest.Replace("bits_offset", "", StringComparison.Ordinal) : rest)
                .Where(static field => Fields.ContainsKey(field.Groups[1].Value))
                .Select(static field => $"{Fields[field.Groups[1].Value]}={field.Groups[2].Value}");
            yield return string.Join(' ', [head, .. fields]);
        }
    }

    private static string NameIn(string text) => text.Split('\'') is [_, var name, ..] && name != "(anon)" ? name : "-";

    [GeneratedRegex(@"^\[(\d+)\] ([A-Z_0-9]+) ('[^']*')")]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"(\w+)=(-?\d+)")]
    private static partial Regex Field();
}
