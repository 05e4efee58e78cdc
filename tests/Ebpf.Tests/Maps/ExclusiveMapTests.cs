using System.Security.Cryptography;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Programs;
using Ebpf.Tests.Programs;
using Hops.TestSupport;

namespace Ebpf.Tests.Maps;

public sealed class ExclusiveMapTests
{
    [Fact]
    public void One_program_may_use_it_and_no_other()
    {
        Requires.Root();
        Assert.SkipUnless(Environment.OSVersion.Version >= new Version(6, 18), "needs Linux 6.18");
        byte[] hash;
        using (BpfMap<uint, ulong> any = BpfMap.Create<uint, ulong>(BpfMapType.Array, 1))
        {
            hash = HashOf(Code.CountAndReturn(any, 7));
        }

        using BpfMap<uint, ulong> map = BpfMap.CreateExclusive<uint, ulong>(BpfMapType.Array, 1, hash, name: "own");
        using BpfProgram program = BpfProgram.Load(BpfProgramType.SocketFilter, Code.CountAndReturn(map, 7), new() { License = "MIT" });
        Assert.Equal(7u, program.Test(new byte[64]).ReturnValue);
        Assert.Equal(1ul, map[0]);

        VerifierException refusal = Assert.Throws<VerifierException>(
            () => BpfProgram.Load(BpfProgramType.SocketFilter, Code.CountAndReturn(map, 8), new() { License = "MIT" }));
        Assert.Equal(Errno.EACCES, refusal.Errno);
        Assert.Contains("excl_prog_hash", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hash_that_is_none_is_refused() =>
        Assert.Equal("programHash", Assert.Throws<ArgumentException>(
            static () => BpfMap.CreateExclusive<uint, ulong>(BpfMapType.Array, 1, new byte[20])).ParamName);

    /// <summary>As the kernel computes it: the numbers of maps are left out, which stand in both halves of their instructions.</summary>
    private static byte[] HashOf(BpfCode code)
    {
        byte[] bytes = code.ToBytes();
        int load = Enumerable.Range(0, bytes.Length / Instruction.SlotSize).Single(slot => bytes[slot * Instruction.SlotSize] == 0x18) * Instruction.SlotSize;
        bytes[load + 1] = (byte)((bytes[load + 1] & 0x0f) | (1 << 4));
        bytes.AsSpan(load + 4, 4).Clear();
        bytes.AsSpan(load + Instruction.SlotSize + 4, 4).Clear();
        return SHA256.HashData(bytes);
    }
}
