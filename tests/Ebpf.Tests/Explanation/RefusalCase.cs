using System.Globalization;
using System.Text.RegularExpressions;
using Ebpf.Programs;
using Ebpf.TypeInformation;

namespace Ebpf.Tests.Explanation;

/// <summary>A program that the verifier refuses, and what its author is told: a line of <c>Data/refusals.txt</c>, whose head explains the columns.</summary>
/// <param name="Number">The line in the file.</param>
/// <param name="Type">The program's type.</param>
/// <param name="AttachType">Where it says that it will be attached.</param>
/// <param name="WithoutPerfMon">Whether it is loaded with CAP_BPF and CAP_NET_ADMIN: without CAP_PERFMON the verifier guards the kernel's addresses.</param>
/// <param name="License">Under which licence it is loaded.</param>
/// <param name="Line">The line of the program that is at fault; 0 for the program as a whole.</param>
/// <param name="Reason">The verifier's words, with * for what depends on the kernel's version; several wordings are separated by <c>||</c>.</param>
/// <param name="Advice">The start of the advice; null where there is none.</param>
/// <param name="Text">The program.</param>
internal sealed partial record RefusalCase(
    int Number, BpfProgramType Type, BpfAttachType? AttachType, bool WithoutPerfMon, string License, int Line, string Reason, string? Advice, string Text)
{
    private static readonly Lazy<BtfTypes?> Kernel = new(static () => File.Exists("/sys/kernel/btf/vmlinux") ? BtfTypes.OfKernel() : null);

    // The beginning of many programs; each of its lines is a line of the program.
    private static readonly (string Name, string Lines)[] Beginnings =
    [
        ("{lookup}", "*(u32 *)(r10 - 4) = 0; r1 = map[counts]; r2 = r10; r2 += -4; call bpf_map_lookup_elem"),
        ("{value}", "{lookup}; if r0 == 0 goto out"),
        ("{packet}", "r2 = *(u32 *)(r1 + 0); r3 = *(u32 *)(r1 + 4)"),
        ("{skbpacket}", "r2 = *(u32 *)(r1 + 76); r3 = *(u32 *)(r1 + 80)"),
        ("{record}", "r1 = map[records]; r2 = 8; r3 = 0; call bpf_ringbuf_reserve; if r0 == 0 goto out"),
        ("{socket}",
            "*(u64 *)(r10 - 8) = 0; *(u64 *)(r10 - 16) = 0; r2 = r10; r2 += -16; r3 = 12; r4 = -1; r5 = 0; call bpf_sk_lookup_tcp; if r0 == 0 goto out"),
        // More places to come back to than the verifier keeps in mind.
        ("{jumps}", "call bpf_get_prandom_u32" + string.Concat(Enumerable.Repeat("; if r0 s> 5 goto out; r0 += 1", 8200)) + "; out: r0 = 0"),
    ];

    /// <summary>The lines of the program as its author counts them.</summary>
    public string[] Lines => Text.Split('\n');

    /// <summary>Functions of the kernel have another number in each, and are not in all: cases that call one that this kernel lacks are left out.</summary>
    /// <returns>The cases of a file, in order.</returns>
    /// <exception cref="FormatException">A line of it is no case.</exception>
    public static IEnumerable<RefusalCase> Read(string path)
    {
        foreach ((int i, string line) in File.ReadLines(path).Index())
        {
            if (line.Length > 0 && line is not ['#', ' ', ..] && HasFunctions(line))
            {
                yield return line.Split('\t') is [string kind, string at, string reason, string advice, string program]
                    ? Create(i + 1, kind, int.Parse(at, CultureInfo.InvariantCulture), reason, advice == "-" ? null : advice, program)
                    : throw new FormatException($"{path}, line {i + 1}: five columns are expected.");
            }
        }
    }

    private static RefusalCase Create(int number, string kind, int line, string reason, string? advice, string program)
    {
        string name = kind.Split(',')[0];
        (BpfProgramType type, BpfAttachType? attachType) = name switch
        {
            "filter" => (BpfProgramType.SocketFilter, (BpfAttachType?)null),
            "xdp" => (BpfProgramType.Xdp, null),
            "skb" => (BpfProgramType.CgroupSkb, BpfAttachType.CgroupIngress),
            "sockops" => (BpfProgramType.SockOps, null),
            "connect4" => (BpfProgramType.CgroupSockAddr, BpfAttachType.CgroupConnect4),
            _ => throw new FormatException($"What is a program of type {name}?"),
        };
        string text = program;
        while (text.Contains('{', StringComparison.Ordinal))
        {
            string before = text;
            text = Beginnings.Aggregate(text, static (whole, beginning) => whole.Replace(beginning.Name, beginning.Lines, StringComparison.Ordinal));
            if (text == before)
            {
                throw new FormatException($"What does {text} begin with?");
            }
        }

        text = FunctionName().Replace(text, static name => $"{Kernel.Value!.FunctionId(name.Value)}");
        return new(
            number, type, attachType, kind.EndsWith(",-perfmon", StringComparison.Ordinal),
            kind.EndsWith(",gpl", StringComparison.Ordinal) ? "Dual MIT/GPL" : "MIT", line, reason, advice, text.Replace("; ", "\n", StringComparison.Ordinal));
    }

    // Kernels without the first function of the file may not know such calls at all.
    private static bool HasFunctions(string line) =>
        !line.Contains("kernel-function#", StringComparison.Ordinal)
        || FunctionName().Matches(line).Select(static name => name.Value).Append("bpf_cast_to_kern_ctx")
            .All(static name => Kernel.Value?.Find(name, BtfKind.Function) is not null);

    [GeneratedRegex(@"(?<=kernel-function#)[a-z_]\w*")]
    private static partial Regex FunctionName();
}
