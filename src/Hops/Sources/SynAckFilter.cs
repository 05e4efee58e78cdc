using Ebpf.Assembly;
using Ebpf.Maps;
using Ebpf.Programs;
using static Ebpf.Assembly.Register;
using static Ebpf.Assembly.Width;

namespace Hops.Sources;

/// <summary>
/// The program that catches the TTL of SYN+ACKs, and the word that it leaves: <c>cookie &lt;&lt; 8 | TTL</c> in the slot <c>cookie mod 65,536</c>.
/// </summary>
/// <remarks>
/// A reading is right or unknown (TTL 0), never wrong:
/// <list type="bullet">
/// <item>Only SYN+ACKs are looked at, so data, resets and bare acknowledgements, forged or not, leave no trace.</item>
/// <item>Only while the socket is connecting, so nothing that comes later, true or forged, changes the reading or takes a slot.</item>
/// <item>A SYN+ACK that contradicts an earlier one of the same connection turns the word to unknown.</item>
/// <item>The filter runs before the kernel takes the socket's lock, so two SYN+ACKs may be looked at on two processors at once. The word is therefore written by
/// compare-and-exchange, and whoever loses that race turns it to unknown.</item>
/// <item>A slot that another socket took meanwhile shows another cookie: unknown.</item>
/// </list>
/// </remarks>
internal static class SynAckFilter
{
    public const int SlotCount = 65_536;

    // TCP header, RFC 9293: the flags are its 14th byte.
    private const int TcpFlags = 13;
    private const int Syn = 0x02;
    private const int Rst = 0x04;
    private const int Ack = 0x10;

    // The ninth byte of the IPv4 header is the TTL (RFC 791), the eighth of the IPv6 header the hop limit (RFC 8200).
    private const int Ipv4Ttl = SkBuff.NetworkHeader + 8;
    private const int Ipv6HopLimit = SkBuff.NetworkHeader + 7;

    // EtherTypes as a little-endian machine reads them from network byte order.
    private const int EtherTypeIpv4 = 0x0008;
    private const int EtherTypeIpv6 = 0xdd86;

    public static int SlotOf(ulong cookie) => (int)(cookie % SlotCount);

    /// <summary>The TTL in a slot's word, or 0 if it is not this socket's.</summary>
    public static byte TtlOf(ulong word, ulong cookie) => word >> 8 == cookie << 8 >> 8 ? (byte)word : (byte)0;

    public static BpfCode Assemble(BpfMap<uint, ulong> slots)
    {
        Assembler asm = new();
        Label ipv6 = asm.NewLabel("ipv6");
        Label record = asm.NewLabel("record");
        Label write = asm.NewLabel("write");
        Label keep = asm.NewLabel("keep");

        // Is the socket connecting, and this a SYN+ACK? Packet loads want the packet in r6; the program's view of it starts at the TCP header.
        asm.Move(R6, R1);
        asm.Load(R1, U64[R6 + SkBuff.Socket]);
        asm.JumpIf(R1 == 0, keep);
        asm.Load(R1, U32[R1 + BpfSock.State]);
        asm.JumpIf(R1 != BpfTcpState.SynSent, keep);
        asm.LoadPacket(U8, TcpFlags);
        asm.And(R0, Syn | Rst | Ack);
        asm.JumpIf(R0 != (Syn | Ack), keep);

        // r7 = its TTL
        asm.Load(R7, U32[R6 + SkBuff.Protocol]);
        asm.JumpIf(R7 == EtherTypeIpv6, ipv6);
        asm.JumpIf(R7 != EtherTypeIpv4, keep);
        asm.LoadPacket(U8, Ipv4Ttl);
        asm.Jump(record);
        asm.Mark(ipv6);
        asm.LoadPacket(U8, Ipv6HopLimit);
        asm.Mark(record);
        asm.Move(R7, R0);

        // r8 = the socket's word with TTL 0, which is unknown; r7 = its word with the TTL
        asm.Move(R1, R6);
        asm.Call(Helper.GetSocketCookie);
        asm.Move(R8, R0);
        asm.ShiftLeft(R8, 8);
        asm.Or(R7, R8);

        // r6 = the slot
        asm.And(R0, SlotCount - 1);
        asm.Store(U32[R10 - 4], R0);
        asm.LoadMap(R1, slots);
        asm.Move(R2, R10);
        asm.Add(R2, -4);
        asm.Call(Helper.MapLookupElement);
        asm.JumpIf(R0 == 0, keep);
        asm.Move(R6, R0);

        // Does it hold the same word (a retransmission), another socket's, or this socket's with another TTL?
        asm.Load(R0, U64[R6]);
        asm.JumpIf(R0 == R7, keep);
        asm.Move(R1, R0);
        asm.Xor(R1, R7);
        asm.ShiftRight(R1, 8);
        asm.JumpIf(R1 != 0, write);
        asm.Move(R7, R8);

        asm.Mark(write);
        asm.Move(R1, R0);
        asm.CompareExchange(U64[R6], R7);
        asm.JumpIf(R0 == R1, keep);
        asm.Store(U64[R6], R8);

        // Keep the whole packet.
        asm.Mark(keep);
        asm.Move(R0, -1);
        asm.Exit();
        return asm.Assemble();
    }
}
