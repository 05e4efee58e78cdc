using System.Reflection;
using System.Text.RegularExpressions;
using Ebpf.Features;
using Ebpf.Instructions;
using Ebpf.Programs;
using Ebpf.SystemCalls;
using Hops.TestSupport;

namespace Ebpf.Tests.Features;

/// <summary><c>docs/ebpf/helpers.md</c> against the tables in the code and against the kernel. A row that differs is shown as it should be.</summary>
public sealed partial class HelperTableTests
{
    private static readonly BpfProgramType[] Columns =
        [BpfProgramType.SocketFilter, BpfProgramType.CgroupSkb, BpfProgramType.CgroupSockAddr, BpfProgramType.SockOps, BpfProgramType.Xdp];

    private static readonly string Repository =
        typeof(HelperTableTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static a => a.Key == "Repository").Value!;

    private static readonly Match[] Rows = [.. (IEnumerable<Match>)Row().Matches(File.ReadAllText(Path.Combine(Repository, "docs/ebpf/helpers.md")))];

    [Fact]
    public void Every_member_of_the_enumeration_stands_in_the_table_once() =>
        Assert.Equal(Enum.GetValues<Helper>().Order(), Rows.Select(static row => Enum.Parse<Helper>(row.Groups["member"].Value)).Order());

    [Fact]
    public void Names_and_versions_are_those_of_the_code() => Assert.All(Rows, static row =>
    {
        Helper helper = Enum.Parse<Helper>(row.Groups["member"].Value);
        Assert.Equal($"{HelperNames.NameOf((int)helper)} {KernelVersions.OfHelper((int)helper)}", $"{row.Groups["name"].Value} {row.Groups["version"].Value}");
    });

    [Fact]
    public void Which_programs_may_call_it_and_what_that_needs_is_as_this_kernel_says()
    {
        Requires.Root();
        Assert.SkipUnless(Environment.OSVersion.Version is { Major: 6, Minor: 18 }, "the table was measured on Linux 6.18");
        HashSet<Helper> withoutPerfMon = [];
        TestThread.WithCapabilities((1UL << (int)Capability.Bpf) | (1UL << (int)Capability.NetAdmin), () => withoutPerfMon =
            [.. Enum.GetValues<Helper>().Where(static helper => Columns.Any(type => BpfFeatures.Probe(helper, type).IsSupported))]);
        foreach (Match row in Rows)
        {
            Helper helper = Enum.Parse<Helper>(row.Groups["member"].Value);
            string[] marks = [.. Columns.Select(type => BpfFeatures.Probe(helper, type).Support switch
            {
                BpfSupport.Yes => "✓",
                BpfSupport.No => "",
                _ => "?",
            })];
            string[] needs =
            [
                .. IsForGplOnly(helper, Columns[Array.IndexOf(marks, "✓")]) ? (string[])["GPL"] : [],
                .. withoutPerfMon.Contains(helper) ? (string[])[] : ["CAP_PERFMON"],
            ];
            string expected = $"| `{row.Groups["name"].Value}` | `{helper}` | {row.Groups["version"].Value} "
                + $"| {string.Join(" | ", marks)} | {string.Join(", ", needs)} |";
            Assert.Equal(expected, row.Value);
        }
    }

    [Fact]
    public void No_helper_that_these_programs_may_call_is_missing()
    {
        Requires.Root();
        for (int number = 1; number <= HelperNames.Last; number++)
        {
            if (!Enum.IsDefined((Helper)number))
            {
                Assert.All(Columns, type => Assert.Equal(BpfSupport.No, BpfFeatures.Probe((Helper)number, type).Support));
            }
        }
    }

    private static bool IsForGplOnly(Helper helper, BpfProgramType type)
    {
        if (type == BpfProgramType.CgroupSockAddr)
        {
            // No helper of the GPL is for such programs alone, and they must say where they will be attached.
            return false;
        }

        Assembler asm = new();
        asm.Call(helper);
        asm.Exit();
        try
        {
            BpfProgram.Load(type, asm.Assemble(), new() { License = "MIT" }).Dispose();
            return false;
        }
        catch (VerifierException e)
        {
            return e.Log.Contains("cannot call GPL-restricted function from non-GPL compatible program", StringComparison.Ordinal);
        }
    }

    [GeneratedRegex(@"^\| `(?<name>bpf_\w+)` \| `(?<member>\w+)` \| (?<version>[\d.]+) \|.*$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
