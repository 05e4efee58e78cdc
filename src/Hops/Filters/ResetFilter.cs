using Ebpf;
using Ebpf.Maps;
using Ebpf.Programs;

namespace Hops.Filters;

/// <summary>
/// The program that catches the TTL of the RSTs that arrive while a socket is connecting: <see cref="SynAckFilter"/> for other segments, with slots of its own,
/// so that no reading of one is ever one of the other. Two RSTs of different TTLs contradict each other: unknown.
/// </summary>
/// <remarks>A RST without ACK refuses no connect (RFC 9293, section 3.10.7.3), so only those with both flags are looked at.</remarks>
internal static class ResetFilter
{
    private const int RstAndAck = 0x14;

    /// <exception cref="BpfException">The kernel refused.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    public static FilterPair Load()
    {
        BpfMap<uint, ulong> slots = BpfMap.Create<uint, ulong>(BpfMapType.Array, SynAckFilter.SlotCount, BpfMapFlags.MemoryMappable, "hop_resets");
        try
        {
            BpfProgramOptions options = new() { Name = "hop_resets", License = "Dual MIT/GPL" };
            return new(BpfProgram.Load(BpfProgramType.SocketFilter, SynAckFilter.Assemble(slots, RstAndAck, RstAndAck), options), slots);
        }
        catch
        {
            slots.Dispose();
            throw;
        }
    }
}
