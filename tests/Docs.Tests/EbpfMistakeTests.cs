using Ebpf;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;
using Hops.TestSupport;

namespace Docs.Tests;

/// <summary>The table of common mistakes shows the real messages.</summary>
public sealed class EbpfMistakeTests
{
    public static TheoryData<string, BpfProgramType, string> Mistakes => new()
    {
        {
            "R0 invalid mem access 'map_value_or_null'",
            BpfProgramType.SocketFilter,
            "*(u32 *)(r10 - 4) = 0; r1 = map[flows]; r2 = r10; r2 += -4; call bpf_map_lookup_elem; r0 = *(u64 *)(r0 + 0); exit"
        },
        { "R1 !read_ok", BpfProgramType.SocketFilter, "call bpf_get_prandom_u32; r0 = *(u32 *)(r1 + 0); exit" },
        { "R6 !read_ok", BpfProgramType.SocketFilter, "r0 = *(u8 *)skb[0]; exit" },
        { @"BPF_LD_[ABS\|IND] instructions not allowed for this program type", BpfProgramType.CgroupSkb, "r6 = r1; r0 = *(u8 *)skb[0]; exit" },
        { "R0 !read_ok", BpfProgramType.SocketFilter, "r1 = 0; exit" },
        { "invalid access to packet", BpfProgramType.Xdp, "r2 = *(u32 *)(r1 + 0); r0 = *(u8 *)(r2 + 12); r0 = 2; exit" },
        { "invalid bpf_context access", BpfProgramType.SocketFilter, "*(u32 *)(r1 + 0) = 1; r0 = 0; exit" },
        { "invalid access to map value", BpfProgramType.SocketFilter, "r1 = map[array][0]+0; r0 = *(u64 *)(r1 + 8); exit" },
        { "misaligned stack access", BpfProgramType.SocketFilter, "r1 = 1; *(u64 *)(r10 - 12) = r1; r0 = 0; exit" },
        { "invalid write to stack", BpfProgramType.SocketFilter, "*(u64 *)(r10 - 520) = 0; r0 = 0; exit" },
        { "infinite loop detected", BpfProgramType.SocketFilter, "r0 = 0; again:; if r0 == 0 goto again; exit" },
        {
            "cannot call GPL-restricted function",
            BpfProgramType.SocketFilter,
            "*(u64 *)(r10 - 8) = 0; r1 = r10; r1 += -8; r2 = 8; call bpf_trace_printk; r0 = 0; exit"
        },
        { "program of this type cannot use helper", BpfProgramType.SocketFilter, "call bpf_xdp_get_buff_len; exit" },
        { "At program exit the register R0 has", BpfProgramType.CgroupSkb, "r0 = 7; exit" },
        { "Unreleased reference", BpfProgramType.SocketFilter, "r1 = map[ring]; r2 = 8; r3 = 0; call bpf_ringbuf_reserve; r0 = 0; exit" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void The_verifier_says_of_a_mistake_what_the_page_says(string words, BpfProgramType type, string program)
    {
        Requires.Root();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using BpfMap<uint, ulong> flows = BpfMap.Create<uint, ulong>(BpfMapType.Hash, maxEntries: 1);
        using BpfMap<uint, ulong> array = BpfMap.Create<uint, ulong>(BpfMapType.Array, maxEntries: 1);
        using BpfRingBuffer ring = BpfRingBuffer.Create(Environment.SystemPageSize);
        BpfCode code = Assembler.Parse(
            program.Replace("; ", "\n", StringComparison.Ordinal), new Dictionary<string, BpfMap> { ["flows"] = flows, ["array"] = array, ["ring"] = ring });
        BpfAttachType? attachType = type == BpfProgramType.CgroupSkb ? BpfAttachType.CgroupEgress : null;
        VerifierException refusal = Assert.Throws<VerifierException>(
            () => BpfProgram.Load(type, code, new() { License = "MIT", ExpectedAttachType = attachType }, TestContext.Current.CancellationToken));
        Assert.Contains(words.Replace(@"\|", "|", StringComparison.Ordinal), refusal.Reason, StringComparison.Ordinal);
        Assert.Contains($"| `{words}` |", Documentation.Read(EbpfPageTests.Page), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_refusal_in_the_table_is_tried()
    {
        string page = Documentation.Read(EbpfPageTests.Page);
        int start = page.IndexOf("## Common mistakes", StringComparison.Ordinal);
        string table = page[start..page.IndexOf("The verifier does not detect these mistakes", start, StringComparison.Ordinal)];
        // The heading and the line below it are rows, too.
        Assert.Equal(Mistakes.Count + 2, table.Split('\n').Count(static line => line.StartsWith('|')));
    }
}
