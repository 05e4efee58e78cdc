using System.Reflection;
using System.Text.RegularExpressions;
using Ebpf.Explanation;
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
    [
        BpfProgramType.SocketFilter, BpfProgramType.SkReuseport, BpfProgramType.SkLookup, BpfProgramType.Xdp, BpfProgramType.SchedCls,
        BpfProgramType.CgroupSkb, BpfProgramType.CgroupSock, BpfProgramType.CgroupSockAddr, BpfProgramType.CgroupSockopt, BpfProgramType.SockOps,
    ];

    private static readonly string Repository =
        typeof(HelperTableTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static a => a.Key == "Repository").Value!;

    private static readonly Match[] Rows = [.. (IEnumerable<Match>)Row().Matches(File.ReadAllText(Path.Combine(Repository, "docs/ebpf/helpers.md")))];

    private static IEnumerable<Helper> AllHelpers => Enumerable.Range(1, HelperNames.Last).Select(static number => (Helper)number);

    [Fact]
    public void Every_type_of_program_has_its_column() => Assert.Equal(Enum.GetValues<BpfProgramType>(), Columns.Order());

    [Fact]
    public void Every_member_of_the_enumeration_and_every_helper_that_these_programs_may_call_stands_in_the_table_once()
    {
        Requires.Root();
        IEnumerable<Helper> expected = AllHelpers.Where(
            static helper => Enum.IsDefined(helper) || Columns.Any(type => BpfFeatures.Probe(helper, type).Support != BpfSupport.No));
        Assert.Equal(expected, Rows.Select(HelperOf).Order());
        Assert.All(expected, static helper => Assert.True(Enum.IsDefined(helper), $"{HelperNames.NameOf((int)helper)} has no name in the enumeration"));
    }

    [Fact]
    public void Names_and_versions_are_those_of_the_code() => Assert.All(Rows, static row =>
    {
        Helper helper = HelperOf(row);
        Assert.Equal($"{HelperNames.NameOf((int)helper)} {KernelVersions.OfHelper((int)helper)}", $"{row.Groups["name"].Value} {row.Groups["version"].Value}");
    });

    [Fact]
    public void Which_programs_may_call_it_and_what_that_needs_is_as_this_kernel_says()
    {
        Requires.Root();
        Assert.SkipUnless(Environment.OSVersion.Version is { Major: 6, Minor: 18 }, "the table was measured on Linux 6.18");
        HashSet<Helper> withoutPerfMon = [];
        TestThread.WithCapabilities((1UL << (int)Capability.Bpf) | (1UL << (int)Capability.NetAdmin), () => withoutPerfMon =
            [.. AllHelpers.Where(static helper => Columns.Any(type => BpfFeatures.Probe(helper, type).IsSupported))]);
        foreach (Match row in Rows)
        {
            Helper helper = HelperOf(row);
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

    /// <summary>For those types whose programs say when they are loaded where they will be attached, a mark means: at one of those places at least.</summary>
    [Fact]
    public void What_differs_from_place_to_place_within_a_type_is_as_the_page_says()
    {
        Requires.Root();
        IEnumerable<string> different =
            from type in Columns
            let places = ProgramKind.Of(type).AttachTypes
            from helper in Enum.GetValues<Helper>()
            let refused = places.Where(place => IsRefused(helper, type, place)).ToArray()
            where refused.Length > 0 && refused.Length < places.Length
            select $"{helper}: not {string.Join(", ", refused)}";
        const string AtOtherPlaces = "CgroupReceiveMessage4, CgroupReceiveMessage6, "
            + "CgroupGetPeerName4, CgroupGetPeerName6, CgroupGetSocketName4, CgroupGetSocketName6";
        Assert.Equal(
            [
                $"Bind: not CgroupBind4, CgroupBind6, CgroupSendMessage4, CgroupSendMessage6, {AtOtherPlaces}",
                $"GetReturnValue: not {AtOtherPlaces}",
                $"SetReturnValue: not {AtOtherPlaces}",
                "SetSocketOption: not CgroupGetSocketOption",
                "GetSocketOption: not CgroupGetSocketOption",
            ],
            different);
    }

    private static Helper HelperOf(Match row) => Enum.Parse<Helper>(row.Groups["member"].Value);

    private static bool IsRefused(Helper helper, BpfProgramType type, BpfAttachType place) =>
        Refuse(helper, type, "Dual MIT/GPL", place) is { } refusal && HelperRefusal.FindLine(refusal.Log) is not null;

    private static bool IsForGplOnly(Helper helper, BpfProgramType type)
    {
        ProgramKind kind = ProgramKind.Of(type);
        return Refuse(helper, type, "MIT", kind.SaysWhere ? kind.AttachTypes[0] : null) is { } refusal
            && refusal.Log.Contains("cannot call GPL-restricted function from non-GPL compatible program", StringComparison.Ordinal);
    }

    private static VerifierException? Refuse(Helper helper, BpfProgramType type, string license, BpfAttachType? place)
    {
        Assembler asm = new();
        asm.Call(helper);
        asm.Exit();
        try
        {
            BpfProgram.Load(type, asm.Assemble(), new() { License = license, ExpectedAttachType = place }).Dispose();
            return null;
        }
        catch (VerifierException e)
        {
            return e;
        }
    }

    [GeneratedRegex(@"^\| `(?<name>bpf_\w+)` \| `(?<member>\w+)` \| (?<version>[\d.]+) \|.*$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
