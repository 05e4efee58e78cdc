using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;

namespace Ebpf.Tests.Instructions;

/// <summary>A piece of program, see <see cref="KernelCases"/>, and what it computes of r1 and r2.</summary>
internal sealed record KernelCase(string Text, Func<ulong, ulong, ulong> Model, string Functions = "")
{
    private static readonly byte[] EthernetHeader = new byte[14];

    /// <summary>The memory that programs read their numbers from and leave their result in.</summary>
    public static BpfMap<uint, Cells> CreateCells() => BpfMap.Create<uint, Cells>(BpfMapType.Array, 1, BpfMapFlags.MemoryMappable);

    public BpfCode Assemble(BpfMap cells) => Assembler.Parse(
        $"""
        r6 = r1
        r9 = map[cells][0]+0
        r1 = *(u64 *)(r9 + 0)
        r2 = *(u64 *)(r9 + 8)
        {Text}
        *(u64 *)(r9 + 16) = r0
        r0 = 0x1234
        exit
        {Functions}
        """,
        new Dictionary<string, BpfMap> { ["cells"] = cells });

    /// <summary>Lets the kernel compute it for each pair of some numbers.</summary>
    public void Check(BpfMap<uint, Cells> cells, MappedArray<Cells> memory, ulong[] numbers)
    {
        byte[] packet = [.. EthernetHeader, .. KernelCases.Packet];
        using KernelProgram program = KernelProgram.Load(Assemble(cells));
        foreach (ulong left in numbers)
        {
            foreach (ulong right in numbers)
            {
                memory[0] = new Cells { Left = left, Right = right, Result = 0xdead, Memory = 0xdead };
                Assert.Equal(0x1234u, program.Run(packet));
                ulong expected = Model(left, right);
                ulong actual = memory[0].Result;
                Assert.True(
                    expected == actual,
                    $"r1 = 0x{left:x}, r2 = 0x{right:x}: 0x{expected:x} expected, and the kernel has 0x{actual:x}\n{Text[..Math.Min(Text.Length, 1000)]}");
            }
        }
    }

    internal struct Cells
    {
        public ulong Left;
        public ulong Right;
        public ulong Result;
        public ulong Memory;
    }
}
