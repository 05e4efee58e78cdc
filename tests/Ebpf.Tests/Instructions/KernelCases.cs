using System.Buffers.Binary;

namespace Ebpf.Tests.Instructions;

/// <summary>Pieces of program and what they compute.</summary>
/// <remarks>
/// A piece finds two numbers in r1 and r2, leaves its result in r0 and may use r3 to r8 and the memory at r9 + 24. It finds the packet in r6.
/// </remarks>
internal static class KernelCases
{
    private static readonly int[] Constants = [0, 1, -1, 2, -2, 7, 16, 31, 32, 33, 63, 64, 65, 255, 65536, int.MaxValue, int.MinValue];

    private static readonly (string Symbol, Func<ulong, ulong, ulong> Wide, Func<uint, uint, uint> Narrow)[] Operations =
    [
        ("=", static (_, b) => b, static (_, b) => b),
        ("+=", static (a, b) => a + b, static (a, b) => a + b),
        ("-=", static (a, b) => a - b, static (a, b) => a - b),
        ("*=", static (a, b) => a * b, static (a, b) => a * b),
        ("/=", static (a, b) => b == 0 ? 0 : a / b, static (a, b) => b == 0 ? 0 : a / b),
        ("%=", static (a, b) => b == 0 ? a : a % b, static (a, b) => b == 0 ? a : a % b),
        ("s/=",
            static (a, b) => b == 0 ? 0 : b == ulong.MaxValue ? 0 - a : (ulong)((long)a / (long)b),
            static (a, b) => b == 0 ? 0 : b == uint.MaxValue ? 0 - a : (uint)((int)a / (int)b)),
        ("s%=",
            static (a, b) => b == 0 ? a : b == ulong.MaxValue ? 0 : (ulong)((long)a % (long)b),
            static (a, b) => b == 0 ? a : b == uint.MaxValue ? 0 : (uint)((int)a % (int)b)),
        ("&=", static (a, b) => a & b, static (a, b) => a & b),
        ("|=", static (a, b) => a | b, static (a, b) => a | b),
        ("^=", static (a, b) => a ^ b, static (a, b) => a ^ b),
        ("<<=", static (a, b) => a << (int)(b & 63), static (a, b) => a << (int)(b & 31)),
        (">>=", static (a, b) => a >> (int)(b & 63), static (a, b) => a >> (int)(b & 31)),
        ("s>>=", static (a, b) => (ulong)((long)a >> (int)(b & 63)), static (a, b) => (uint)((int)a >> (int)(b & 31))),
    ];

    private static readonly (string Symbol, Func<ulong, ulong, bool> Wide, Func<uint, uint, bool> Narrow)[] Comparisons =
    [
        ("==", static (a, b) => a == b, static (a, b) => a == b),
        ("!=", static (a, b) => a != b, static (a, b) => a != b),
        (">", static (a, b) => a > b, static (a, b) => a > b),
        (">=", static (a, b) => a >= b, static (a, b) => a >= b),
        ("<", static (a, b) => a < b, static (a, b) => a < b),
        ("<=", static (a, b) => a <= b, static (a, b) => a <= b),
        ("s>", static (a, b) => (long)a > (long)b, static (a, b) => (int)a > (int)b),
        ("s>=", static (a, b) => (long)a >= (long)b, static (a, b) => (int)a >= (int)b),
        ("s<", static (a, b) => (long)a < (long)b, static (a, b) => (int)a < (int)b),
        ("s<=", static (a, b) => (long)a <= (long)b, static (a, b) => (int)a <= (int)b),
        ("&", static (a, b) => (a & b) != 0, static (a, b) => (a & b) != 0),
    ];

    private static readonly (string Width, Func<ulong, ulong> Load)[] Widths =
    [
        ("u8", static a => (byte)a), ("u16", static a => (ushort)a), ("u32", static a => (uint)a), ("u64", static a => a),
        ("s8", static a => (ulong)(sbyte)a), ("s16", static a => (ulong)(short)a), ("s32", static a => (ulong)(int)a),
    ];

    /// <summary>The numbers in r1 and r2, each with each.</summary>
    public static ulong[] Numbers { get; } =
    [
        0, 1, 2, 7, 31, 32, 63, 64, 65, 0x7f, 0x80, 0x7fff, 0x8000, int.MaxValue, 0x80000000, uint.MaxValue, 0x100000000, 0x0123456789abcdef,
        long.MaxValue, 0x8000000000000000, unchecked((ulong)int.MinValue), ulong.MaxValue - 1, ulong.MaxValue,
    ];

    /// <summary>What follows an Ethernet header: the packet as the program sees it.</summary>
    public static byte[] Packet { get; } = [.. Enumerable.Range(0, 50).Select(static i => (byte)((i * 37) + 200))];

    public static IEnumerable<KernelCase> Arithmetic
    {
        get
        {
            foreach ((string symbol, Func<ulong, ulong, ulong> wide, Func<uint, uint, uint> narrow) in Operations)
            {
                yield return new($"r0 = r1\nr0 {symbol} r2", wide);
                yield return new($"w0 = w1\nw0 {symbol} w2", (a, b) => narrow((uint)a, (uint)b));
                foreach (int constant in Constants)
                {
                    // The verifier refuses divisions by a constant zero and shifts by as many bits as there are.
                    bool divides = symbol is "/=" or "%=" or "s/=" or "s%=";
                    bool shifts = symbol is "<<=" or ">>=" or "s>>=";
                    if (!(divides && constant == 0) && !(shifts && constant is < 0 or > 63))
                    {
                        yield return new($"r0 = r1\nr0 {symbol} {constant}", (a, _) => wide(a, (ulong)constant));
                    }

                    if (!(divides && constant == 0) && !(shifts && constant is < 0 or > 31))
                    {
                        yield return new($"w0 = w1\nw0 {symbol} {constant}", (a, _) => narrow((uint)a, (uint)constant));
                    }
                }
            }

            yield return new("r0 = r1\nr0 = -r0", static (a, _) => 0 - a);
            yield return new("r0 = r1\nw0 = -w0", static (a, _) => 0 - (uint)a);
            yield return new("r0 = (s8)r1", static (a, _) => (ulong)(sbyte)a);
            yield return new("r0 = (s16)r1", static (a, _) => (ulong)(short)a);
            yield return new("r0 = (s32)r1", static (a, _) => (ulong)(int)a);
            yield return new("w0 = (s8)w1", static (a, _) => (uint)(sbyte)a);
            yield return new("w0 = (s16)w1", static (a, _) => (uint)(short)a);
            foreach (string swap in new[] { "be", "bswap" })
            {
                yield return new($"r0 = r1\nr0 = {swap}16 r0", static (a, _) => BinaryPrimitives.ReverseEndianness((ushort)a));
                yield return new($"r0 = r1\nr0 = {swap}32 r0", static (a, _) => BinaryPrimitives.ReverseEndianness((uint)a));
                yield return new($"r0 = r1\nr0 = {swap}64 r0", static (a, _) => BinaryPrimitives.ReverseEndianness(a));
            }

            yield return new("r0 = r1\nr0 = le16 r0", static (a, _) => (ushort)a);
            yield return new("r0 = r1\nr0 = le32 r0", static (a, _) => (uint)a);
            yield return new("r0 = r1\nr0 = le64 r0", static (a, _) => a);
            foreach (ulong number in Numbers)
            {
                yield return new($"r0 = 0x{number:x} ll", (_, _) => number);
            }
        }
    }

    public static IEnumerable<KernelCase> Jumps
    {
        get
        {
            foreach ((string symbol, Func<ulong, ulong, bool> wide, Func<uint, uint, bool> narrow) in Comparisons)
            {
                yield return new(When($"r1 {symbol} r2"), (a, b) => wide(a, b) ? 1u : 0);
                yield return new(When($"w1 {symbol} w2"), (a, b) => narrow((uint)a, (uint)b) ? 1u : 0);
                foreach (int constant in Constants)
                {
                    yield return new(When($"r1 {symbol} {constant}"), (a, _) => wide(a, (ulong)constant) ? 1u : 0);
                    yield return new(When($"w1 {symbol} {constant}"), (a, _) => narrow((uint)a, (uint)constant) ? 1u : 0);
                }
            }

            yield return new("r0 = 1\ngoto over\nback: r0 += 1\ngoto end\nover: goto back\nend:", static (_, _) => 2);
            yield return new("r0 = 1\ngotol over\nback: r0 += 1\ngotol end\nover: gotol back\nend:", static (_, _) => 2);
            yield return new($"r0 = 0\nif r1 == r2 goto add\ngotol far\nadd:\n{Repeat("r0 += 1\n", 40_000)}far:", static (a, b) => a == b ? 40_000u : 0);
            yield return new("r0 = 0\nloop: may_goto end\nr0 += 1\nif r0 != 100 goto loop\nend:", static (_, _) => 100);
            yield return new("call add\n", static (a, b) => a + b, "add: r0 = r1\nr0 += r2\nexit");
            yield return new("call double\nr1 = r0\ncall double\n", static (a, _) => a * 4, "double: r0 = r1\nr0 += r1\nexit");
            yield return new(
                "*(u64 *)(r10 - 8) = 5\nr1 = 10\nr2 = subprog[step]\nr3 = r10\nr3 += -8\nr4 = 0\ncall bpf_loop\nr0 = *(u64 *)(r10 - 8)",
                static (_, _) => 5 + 45,
                "step: r3 = *(u64 *)(r2 + 0)\nr3 += r1\n*(u64 *)(r2 + 0) = r3\nr0 = 0\nexit");
            yield return new("call bpf_get_smp_processor_id\nr0 = 3", static (_, _) => 3);
        }
    }

    public static IEnumerable<KernelCase> Memory
    {
        get
        {
            foreach ((string width, Func<ulong, ulong> load) in Widths)
            {
                yield return new($"*(u64 *)(r9 + 24) = r1\nr0 = *({width} *)(r9 + 24)", (a, _) => load(a));
                yield return new($"*(u64 *)(r10 - 512) = r1\nr0 = *({width} *)(r10 - 512)", (a, _) => load(a));
                if (width[0] == 's')
                {
                    continue;
                }

                ulong mask = load(ulong.MaxValue);
                string start = "*(u64 *)(r9 + 24) = r1\n";
                string end = "\nr0 = *(u64 *)(r9 + 24)";
                yield return new($"{start}*({width} *)(r9 + 24) = r2{end}", (a, b) => (a & ~mask) | (b & mask));
                yield return new($"{start}r0 = load_acquire(({width} *)(r9 + 24))", (a, _) => a & mask);
                yield return new(
                    $"{start}store_release(({width} *)(r9 + 24), r2){end}".Replace("r2", width == "u64" ? "r2" : "w2", StringComparison.Ordinal),
                    (a, b) => (a & ~mask) | (b & mask));
                foreach (int constant in Constants)
                {
                    yield return new($"{start}*({width} *)(r9 + 24) = {constant}{end}", (a, _) => (a & ~mask) | ((ulong)constant & mask));
                }

                if (width != "u64")
                {
                    yield return new($"r0 = *({width} *)skb[5]", (_, _) => NetworkOrder(5, mask));
                    yield return new($"r0 = *({width} *)skb[-0x100000 + 9]", (_, _) => NetworkOrder(9, mask));
                    yield return new($"r7 = 6\nr0 = *({width} *)skb[r7 + 4]", (_, _) => NetworkOrder(10, mask));
                    yield return new($"r7 = 6\nr0 = *({width} *)skb[r7]", (_, _) => NetworkOrder(6, mask));
                }
            }

            yield return new("r3 = map[cells][0]+8\nr0 = *(u64 *)(r3 + 0)", static (_, b) => b);
            yield return new("r3 = map[idx:0][0]+8\nr0 = *(u64 *)(r3 - 8)", static (a, _) => a);
            yield return new(
                "*(u32 *)(r10 - 4) = 0\nr1 = map[cells]\nr2 = r10\nr2 += -4\ncall bpf_map_lookup_elem\nif r0 == 0 goto end\nr0 = *(u64 *)(r0 + 8)\nend:",
                static (_, b) => b);
        }
    }

    public static IEnumerable<KernelCase> Atomics
    {
        get
        {
            (string Name, string Symbol, Func<ulong, ulong, ulong> Model)[] operations =
                [
                    ("add", "+=", static (a, b) => a + b),
                    ("or", "|=", static (a, b) => a | b),
                    ("and", "&=", static (a, b) => a & b),
                    ("xor", "^=", static (a, b) => a ^ b),
                ];
            (string, string, string, ulong)[] widths = [("u64", "r", "xchg_64", ulong.MaxValue), ("u32", "w", "xchg32_32", uint.MaxValue)];
            foreach ((string width, string r, string exchange, ulong mask) in widths)
            {
                string start = "*(u64 *)(r9 + 24) = r1\n";
                string end = "\nr0 = *(u64 *)(r9 + 24)";
                foreach ((string name, string symbol, Func<ulong, ulong, ulong> model) in operations)
                {
                    ulong After(ulong a, ulong b) => (a & ~mask) | (model(a, b) & mask);
                    yield return new($"{start}lock *({width} *)(r9 + 24) {symbol} {r}2{end}", After);
                    yield return new($"{start}{r}2 = atomic_fetch_{name}(({width} *)(r9 + 24), {r}2){end}", After);
                    yield return new($"{start}{r}2 = atomic_fetch_{name}(({width} *)(r9 + 24), {r}2)\nr0 = r2", (a, _) => a & mask);
                }

                yield return new($"{start}{r}2 = {exchange}(r9 + 24, {r}2){end}", (a, b) => (a & ~mask) | (b & mask));
                yield return new($"{start}{r}2 = {exchange}(r9 + 24, {r}2)\nr0 = r2", (a, _) => a & mask);
                string compare = $"{start}r3 = 77\nr0 = r2\n{r}0 = cmp{exchange}(r9 + 24, {r}0, {r}3)";
                yield return new(compare, (a, _) => a & mask);
                yield return new(compare + end, (a, b) => (a & mask) == (b & mask) ? (a & ~mask) | 77 : a);
            }
        }
    }

    public static IEnumerable<KernelCase> All => [.. Arithmetic, .. Jumps, .. Memory, .. Atomics];

    private static string When(string condition) => $"r0 = 1\nif {condition} goto yes\nr0 = 0\nyes:";

    private static string Repeat(string line, int count) => string.Concat(Enumerable.Repeat(line, count));

    // Packet loads turn network byte order into the host's.
    private static ulong NetworkOrder(int offset, ulong mask) => mask switch
    {
        0xff => Packet[offset],
        0xffff => BinaryPrimitives.ReadUInt16BigEndian(Packet.AsSpan(offset)),
        _ => BinaryPrimitives.ReadUInt32BigEndian(Packet.AsSpan(offset)),
    };
}
