using System.Collections.Immutable;
using System.Numerics;

namespace Ebpf.SystemCalls;

/// <summary>
/// The first kernel versions with each feature. They are used to explain a refusal, never to predict one, because distributions backport features. The kernel
/// only appends to its enumerations, so each table has the last number that a version added. A number beyond the table has no version.
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

    /// <summary>Indexed by the number of the bit.</summary>
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

    /// <param name="programType"><c>enum bpf_prog_type</c>.</param>
    public static Version? OfProgramType(int programType) => Find(ProgramTypes, programType, first: 1);

    /// <param name="mapType"><c>enum bpf_map_type</c>.</param>
    public static Version? OfMapType(int mapType) => Find(MapTypes, mapType, first: 1);

    /// <param name="flags"><c>BPF_F_…</c> of <c>BPF_MAP_CREATE</c>.</param>
    /// <returns>The first version with all of the flags.</returns>
    public static Version? OfMapFlags(uint flags) => flags == 0 ? null : Find(MapFlags, BitOperations.Log2(flags));

    /// <param name="attachType"><c>enum bpf_attach_type</c>.</param>
    public static Version? OfAttachType(int attachType) => Find(AttachTypes, attachType);

    /// <param name="helper"><c>enum bpf_func_id</c>.</param>
    /// <returns>The first version with the helper; some program types got it later.</returns>
    public static Version? OfHelper(int helper) => Find(Helpers, helper, first: 1);

    /// <param name="opcode">The instruction's first byte.</param>
    /// <param name="offset">Its offset, which distinguishes signed from unsigned arithmetic.</param>
    /// <param name="immediate">Its constant, which distinguishes atomic operations.</param>
    /// <returns>The first version with the instruction; null for the original instructions (3.18).</returns>
    // By the classes, operations and modes of linux/bpf_common.h and linux/bpf.h.
    public static Version? OfInstruction(byte opcode, short offset, long immediate) => (opcode & 0x07, opcode & 0xf0, opcode & 0xe0) switch
    {
        (0x05, 0xa0 or 0xb0 or 0xc0 or 0xd0, _) => new(4, 14), // jumps if less
        (0x06, 0x00, _) => new(6, 6), // gotol
        (0x06, _, _) => new(5, 1), // jumps that compare halves
        (0x07, 0xd0, _) => new(6, 6), // bswap
        (0x04 or 0x07, 0xb0 or 0x30 or 0x90, _) when offset != 0 => new(6, 6), // sign-extending moves, signed division
        (0x01, _, 0x80) => new(6, 6), // sign-extending loads
        (0x03, _, 0xc0) => immediate switch { 0 => null, 0x100 or 0x110 => new(6, 15), _ => new(5, 12) }, // atomics
        _ => null,
    };

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
