using System.Text.RegularExpressions;
using Ebpf;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;
using Hops.TestSupport;

namespace Docs.Tests;

/// <summary>The examples on the pages on eBPF behave as shown.</summary>
public sealed partial class EbpfPageTests
{
    /// <summary>The tutorial.</summary>
    internal const string Page = "docs/ebpf.md";

    private const string Reference = "docs/ebpf/reference.md";

    public static TheoryData<string, int, string, string?> Programs
    {
        get
        {
            TheoryData<string, int, string, string?> programs = [];
            (string Page, int Line, string Language, string Text)[] blocks = [.. Documentation.AllBlocks().Where(static b => IsOne(b.Page))];
            for (int i = 0; i < blocks.Length; i++)
            {
                if (blocks[i].Language == "csharp" && !BlockProgram.IsUsings(blocks[i].Text))
                {
                    bool isShown = i + 1 < blocks.Length && blocks[i + 1] is { Language: "text" } below && below.Page == blocks[i].Page;
                    programs.Add(blocks[i].Page, blocks[i].Line, blocks[i].Text, isShown ? blocks[i + 1].Text : null);
                }
            }

            return programs;
        }
    }

    public static TheoryData<string, int, string> Listings =>
        [.. Documentation.Blocks("ebpf").Where(static b => IsOne(b.Page)).Select(static b => (b.Page, b.Line, b.Text))];

    internal static bool IsOne(string page) => page == Page || page.StartsWith("docs/ebpf/", StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_prints_what_the_block_below_it_says(string page, int line, string program, string? expected)
    {
        Requires.Root();
        string printed = BlockProgram.Run(page, program).TrimEnd('\n');
        Assert.True(expected is null || expected.TrimEnd('\n') == printed, $"{page}:{line} printed:\n{printed}");
    }

    [Theory]
    [MemberData(nameof(Listings))]
    public void A_listing_can_be_parsed_and_prints_as_itself(string page, int line, string listing)
    {
        Requires.Root();
        using BpfMap<uint, ulong> map = BpfMap.Create<uint, ulong>(BpfMapType.Array, maxEntries: 1);
        IEnumerable<string> names = MapNames().Matches(listing).Select(static m => m.Groups[1].Value).Distinct();
        Dictionary<string, BpfMap> maps = names.ToDictionary(static name => name, BpfMap (_) => map);
        Assert.True(Assembler.TryParse(listing, maps, out BpfCode? code, out AssemblyError? error), $"{page}:{line}: {error}");
        Assert.Equal(code.ToBytes(), Assembler.Parse(code.ToString(), maps).ToBytes());
    }

    [Fact]
    public void Both_columns_of_the_spellings_are_the_same_instruction()
    {
        MatchCollection rows = Spellings().Matches(Documentation.Read(Reference));
        Assert.True(rows.Count >= 6);
        foreach (Match row in rows)
        {
            Assert.Equal(BytesOf(row.Groups[1].Value), BytesOf(row.Groups[2].Value));
        }

        static byte[] BytesOf(string cell)
        {
            // Cells have the part that differs; the rest of an instruction is added here.
            string instruction = cell switch
            {
                ['*', ..] => $"r0 = {cell}",
                _ when cell.Contains("if ", StringComparison.Ordinal) => $"{cell} goto +0",
                _ => cell,
            };
            return Assembler.Parse(instruction.Replace("goto L0", "goto +3", StringComparison.Ordinal)).ToBytes();
        }
    }

    [Fact]
    public void The_comparison_names_every_kind_that_there_is_and_none_as_missing_that_is_there()
    {
        string[] lines = Documentation.Read("docs/ebpf/compared.md").Split('\n');
        string programs = lines.Single(static line => line.StartsWith("| programs |", StringComparison.Ordinal)).Split('|')[2];
        string maps = lines.Single(static line => line.StartsWith("| kinds |", StringComparison.Ordinal)).Split('|')[2];
        Assert.Equal(Enum.GetNames<BpfProgramType>().Order(), TypeNames().Matches(programs).Select(static m => m.Groups[1].Value).Order());
        Assert.Equal(Enum.GetNames<BpfMapType>().Order(), TypeNames().Matches(maps).Select(static m => m.Groups[1].Value).Order());

        string[] missing =
            [.. lines.Where(static line => line.StartsWith("| **not here** |", StringComparison.Ordinal)).Select(static line => line.Split('|')[2])];
        Assert.Equal(2, missing.Length);
        Assert.All(Enum.GetNames<BpfProgramType>(), name => Assert.DoesNotContain($"`{name}`", missing[0], StringComparison.Ordinal));
        Assert.All(Enum.GetNames<BpfMapType>(), name => Assert.DoesNotContain($"`{name}`", missing[1], StringComparison.Ordinal));
    }

    [Fact]
    public void The_reference_names_every_public_type_and_no_other()
    {
        string page = Documentation.Read(Reference);
        IEnumerable<Type> types = typeof(BpfException).Assembly.GetExportedTypes().Where(static t => !t.IsNested);
        foreach (IGrouping<string, Type> room in types.GroupBy(static t => t.Namespace!))
        {
            string heading = $"### `{room.Key}`";
            int start = page.IndexOf(heading, StringComparison.Ordinal);
            Assert.True(start >= 0, $"{Reference} has no '{heading}'");
            int end = page.IndexOf("\n### ", start, StringComparison.Ordinal);
            string section = end < 0 ? page[start..] : page[start..end];
            IEnumerable<string> named = section.Split('\n').Where(static l => l.StartsWith("| `", StringComparison.Ordinal))
                .SelectMany(static l => TypeNames().Matches(l.Split('|')[1]).Select(static m => m.Groups[1].Value));
            Assert.Equal(
                room.Select(static t => t.Name.Split('`')[0]).Distinct().Order(StringComparer.Ordinal), named.Distinct().Order(StringComparer.Ordinal));
        }
    }

    [GeneratedRegex(@"map\[(\w+)\]")]
    private static partial Regex MapNames();

    [GeneratedRegex(@"`(\w+)(<[^>]*>)?`")]
    private static partial Regex TypeNames();

    [GeneratedRegex(
        @"^\| (?:addresses|calls|64-bit constants|atomics|exchange|comparisons with negative numbers) \| `([^|]+)` \| `([^|]+)` \|$",
        RegexOptions.Multiline)]
    private static partial Regex Spellings();
}
