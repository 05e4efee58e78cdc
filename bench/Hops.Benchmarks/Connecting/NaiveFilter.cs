using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Maps;
using static Ebpf.Instructions.Register;
using static Ebpf.Instructions.Width;

namespace Hops.Benchmarks.Connecting;

/// <summary>A socket filter that stores the TTL of every packet as a key of a hash map.</summary>
internal static class NaiveFilter
{
    /// <summary>How many different TTLs one map has room for.</summary>
    public const int MostTtls = 16;

    // The ninth byte of the IPv4 header (RFC 791).
    private const int Ttl = SkBuff.NetworkHeader + 8;

    public static BpfCode Assemble(BpfMap<uint, ulong> packets)
    {
        Assembler asm = new();

        // packets[TTL] = 1. Packet loads want the packet in r6.
        asm.Move(R6, R1);
        asm.LoadPacket(U8, Ttl);
        asm.Store(U32[R10 - 4], R0);
        asm.Store(U64[R10 - 16], 1);
        asm.LoadMap(R1, packets);
        asm.Move(R2, R10);
        asm.Add(R2, -4);
        asm.Move(R3, R10);
        asm.Add(R3, -16);
        asm.Move(R4, (int)BpfUpdate.Any);
        asm.Call(Helper.MapUpdateElement);

        // Keep the whole packet.
        asm.Move(R0, -1);
        asm.Exit();
        return asm.Assemble();
    }
}
