using System.Collections.Immutable;
using System.Numerics;
using Ebpf.Assembly;
using Ebpf.Features;
using Ebpf.Maps;
using Ebpf.Programs;

namespace Ebpf.Kernel;

/// <summary>
/// Which Linux first had what: to explain a refusal, never to predict one (distributions carry features back to older numbers). The kernel only ever
/// appends to its lists, so each is told by the last number that a version brought.
/// A number beyond the list has no version.
/// </summary>
/// <seealso href="https://github.com/iovisor/bcc/blob/master/docs/kernel-versions.md"/>
/// <seealso href="https://docs.ebpf.io/linux/timeline/"/>
internal static class KernelVersions
{
    private static readonly ImmutableArray<(int Last, int Major, int Minor)> ProgramTypes =
    [
        (1, 3, 19), (4, 4, 1), (5, 4, 7), (6, 4, 8), (7, 4, 9), (12, 4, 10), (13, 4, 13), (14, 4, 14), (15, 4, 15), (18, 4, 17), (20, 4, 18), (21, 4, 19),
        (22, 4, 20), (24, 5, 2), (25, 5, 3), (26, 5, 5), (28, 5, 6), (29, 5, 7), (30, 5, 9), (31, 5, 14), (32, 6, 4),
    ];

    private static readonly ImmutableArray<(int Last, int Major, int Minor)> MapTypes =
    [
        (2, 3, 19), (3, 4, 2), (4, 4, 3), (7, 4, 6), (8, 4, 8), (10, 4, 10), (11, 4, 11), (13, 4, 12), (15, 4, 14), (16, 4, 15), (18, 4, 18), (20, 4, 19),
        (23, 4, 20), (24, 5, 2), (25, 5, 4), (26, 5, 6), (27, 5, 8), (28, 5, 10), (29, 5, 11), (30, 5, 16), (31, 6, 1), (32, 6, 2), (33, 6, 9),
    ];

    /// <summary>By the number of the bit.</summary>
    private static readonly ImmutableArray<(int Last, int Major, int Minor)> MapFlags =
    [
        (0, 4, 6), (1, 4, 10), (2, 4, 14), (4, 4, 15), (5, 4, 17), (6, 5, 0), (8, 5, 2), (9, 5, 4), (10, 5, 5), (12, 5, 10), (13, 6, 4), (14, 6, 5), (18, 6, 9),
    ];

    private static readonly ImmutableArray<(int Last, int Major, int Minor)> AttachTypes =
    [
        (2, 4, 10), (3, 4, 13), (5, 4, 14), (6, 4, 15), (13, 4, 17), (16, 4, 18), (17, 4, 20), (20, 5, 2), (22, 5, 3), (25, 5, 5), (27, 5, 7), (33, 5, 8),
        (37, 5, 9), (38, 5, 13), (40, 5, 14), (41, 5, 15), (42, 5, 18), (43, 6, 0), (45, 6, 4), (48, 6, 6), (55, 6, 7),
    ];

    private static readonly ImmutableArray<(int Last, int Major, int Minor)> Helpers =
    [
        (3, 3, 19), (11, 4, 1), (16, 4, 2), (22, 4, 3), (25, 4, 4), (26, 4, 5), (30, 4, 6), (36, 4, 8), (41, 4, 9), (44, 4, 10), (45, 4, 11), (47, 4, 12),
        (50, 4, 13), (53, 4, 14), (57, 4, 15), (59, 4, 16), (64, 4, 17), (80, 4, 18), (83, 4, 19), (90, 4, 20), (92, 5, 0), (98, 5, 1), (108, 5, 2),
        (109, 5, 3), (110, 5, 4), (115, 5, 5), (118, 5, 6), (124, 5, 7), (135, 5, 8), (141, 5, 9), (155, 5, 10), (162, 5, 11), (163, 5, 12), (165, 5, 13),
        (168, 5, 14), (175, 5, 15), (179, 5, 16), (185, 5, 17), (193, 5, 18), (203, 5, 19), (207, 6, 0), (209, 6, 1), (211, 6, 2),
    ];

    private static readonly ImmutableArray<(int Last, int Major, int Minor)> Commands =
    [
        (5, 3, 18), (7, 4, 4), (9, 4, 10), (10, 4, 12), (15, 4, 13), (16, 4, 15), (17, 4, 17), (20, 4, 18), (21, 4, 20), (22, 5, 2), (23, 5, 4), (27, 5, 6),
        (29, 5, 7), (33, 5, 8), (34, 5, 9), (35, 5, 10), (36, 6, 9), (37, 6, 17),
    ];

    /// <summary>In the order of their numbers, as <c>linux/bpf.h</c> names them.</summary>
    private static readonly ImmutableArray<string> CommandNames =
    [
        "BPF_MAP_CREATE", "BPF_MAP_LOOKUP_ELEM", "BPF_MAP_UPDATE_ELEM", "BPF_MAP_DELETE_ELEM", "BPF_MAP_GET_NEXT_KEY", "BPF_PROG_LOAD", "BPF_OBJ_PIN",
        "BPF_OBJ_GET", "BPF_PROG_ATTACH", "BPF_PROG_DETACH", "BPF_PROG_TEST_RUN", "BPF_PROG_GET_NEXT_ID", "BPF_MAP_GET_NEXT_ID", "BPF_PROG_GET_FD_BY_ID",
        "BPF_MAP_GET_FD_BY_ID", "BPF_OBJ_GET_INFO_BY_FD", "BPF_PROG_QUERY", "BPF_RAW_TRACEPOINT_OPEN", "BPF_BTF_LOAD", "BPF_BTF_GET_FD_BY_ID",
        "BPF_TASK_FD_QUERY", "BPF_MAP_LOOKUP_AND_DELETE_ELEM", "BPF_MAP_FREEZE", "BPF_BTF_GET_NEXT_ID", "BPF_MAP_LOOKUP_BATCH",
        "BPF_MAP_LOOKUP_AND_DELETE_BATCH", "BPF_MAP_UPDATE_BATCH", "BPF_MAP_DELETE_BATCH", "BPF_LINK_CREATE", "BPF_LINK_UPDATE", "BPF_LINK_GET_FD_BY_ID",
        "BPF_LINK_GET_NEXT_ID", "BPF_ENABLE_STATS", "BPF_ITER_CREATE", "BPF_LINK_DETACH", "BPF_PROG_BIND_MAP", "BPF_TOKEN_CREATE", "BPF_PROG_STREAM_READ_BY_FD",
    ];

    public static Version? Of(BpfProgramType type) => Find(ProgramTypes, (int)type, first: 1);

    public static Version? Of(BpfMapType type) => Find(MapTypes, (int)type, first: 1);

    /// <returns>The version that has all of the flags.</returns>
    public static Version? Of(BpfMapFlags flags) => flags == BpfMapFlags.None ? null : Find(MapFlags, BitOperations.Log2((uint)flags));

    /// <returns>The version that has the helper at all; some program types got it later.</returns>
    public static Version? Of(Helper helper) => Find(Helpers, (int)helper, first: 1);

    public static Version Of(BpfInstructionSet instructions) => instructions switch
    {
        BpfInstructionSet.V1 => new(3, 18),
        BpfInstructionSet.V2 => new(4, 14),
        BpfInstructionSet.V3 => new(5, 1),
        BpfInstructionSet.V4 => new(6, 6),
        BpfInstructionSet.AtomicFetch => new(5, 12),
        BpfInstructionSet.LoadAcquire => new(6, 15),
        _ => throw new ArgumentOutOfRangeException(nameof(instructions), instructions, "There is no such instruction set."),
    };

    /// <param name="attachType"><c>enum bpf_attach_type</c>.</param>
    public static Version? OfAttachType(int attachType) => Find(AttachTypes, attachType);

    /// <param name="command">Such as <c>BPF_MAP_CREATE</c>.</param>
    public static Version? OfCommand(string command) => Find(Commands, CommandNames.IndexOf(command, StringComparer.Ordinal));

    private static Version? Find(ImmutableArray<(int Last, int Major, int Minor)> history, int number, int first = 0)
    {
        if (number >= first)
        {
            foreach ((int last, int major, int minor) in history)
            {
                if (number <= last)
                {
                    return new Version(major, minor);
                }
            }
        }

        return null;
    }
}
