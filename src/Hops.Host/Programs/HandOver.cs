using System.Runtime.InteropServices;
using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;
using static Hops.Host.Programs.RecordText;

namespace Hops.Host.Programs;

/// <summary>
/// Hands the TTL of the packet that established a connection from the program for incoming packets (<c>CGROUP_SKB</c>) to <see cref="EstablishedProgram"/>, if
/// that may not read kernel memory. For an outgoing connection the TTL is in the slot of <see cref="ConnectSlots"/>. For an accepted one, whose packet still
/// arrives at the listener, it is in a per-CPU place, since the kernel continues with that packet on the same processor.
/// </summary>
internal static class HandOver
{
    // The place has the record's fields in the record's order.
    private const int Remote = 0;
    private const int Local = 16;
    private const int Ports = 32;
    private const int Ttl = 36;
    private const int Cgroup = 40;
    private const int Size = 48;

    private const int Key = 8;

    private static readonly IncomingPacket Packet = new(Top: Key);

    public static BpfPerCpuMap<uint, Place> Create() => BpfMap.CreatePerCpu<uint, Place>(BpfMapType.PerCpuArray, 1, name: "hops_hand_over");

    /// <summary>Returns the program for incoming packets.</summary>
    public static BpfCode Assemble(WatchMaps maps, WatchedKinds wanted) => Assembler.Parse(
        $"""
                    r6 = r1
                    r1 = *(u64 *)(r6 + {SkBuff.Socket})
                    if r1 == 0 goto pass
                    r7 = *(u32 *)(r1 + {Sock.State})
                    {(wanted.Outgoing ? $"if r7 == {TcpState.SynSent} goto handshake" : "")}
                    {(wanted.Accepted ? $"if r7 == {TcpState.Listening} goto handshake" : "")}
                    goto pass
            handshake:
            {Packet.Read("pass")}
                    r1 = *(u8 *)(r10 - {Packet.AtTcp(IncomingPacket.Flags)})
                    r1 &= {IncomingPacket.Syn | IncomingPacket.Rst | IncomingPacket.Ack}
                    if r7 == {TcpState.Listening} goto listener
                    r1 &= {IncomingPacket.Syn | IncomingPacket.Rst}
                    if r1 != {IncomingPacket.Syn} goto pass
            // An answer to a socket that is connecting; or a SYN, where both connect to each other at once.
                    r1 = r6
                    call bpf_get_socket_cookie
                    r7 = r0
            {ConnectSlots.Find(Key, "pass")}
            // Only over the word that the connect hook left, of this cookie and without a TTL.
                    r7 <<= {TtlWord.CookieShift}
                    r9 |= r7
                    r0 = r7
                    r0 = cmpxchg_64(r8 + {ConnectSlots.Ttl}, r0, r9)
                    if r0 == r7 goto pass
                    if r0 == r9 goto pass
                    r1 = r0
                    r1 >>= {TtlWord.CookieShift}
                    r2 = r7
                    r2 >>= {TtlWord.CookieShift}
                    if r1 != r2 goto pass
            // The word has this cookie and another TTL. If it changes once more meanwhile, the other change also finds a contradiction.
                    r7 |= {TtlWord.Contradiction}
                    r0 = cmpxchg_64(r8 + {ConnectSlots.Ttl}, r0, r7)
                    goto pass
            listener:
            // The handshake's last packet; or, with Fast Open, the first.
                    if r1 == {IncomingPacket.Ack} goto hand_over
                    if r1 != {IncomingPacket.Syn} goto pass
            hand_over:
                    *(u64 *)(r10 - {Key}) = 0
                    r1 = map[hand_over]
                    r2 = r10
                    r2 += -{Key}
                    call bpf_map_lookup_elem
                    if r0 == 0 goto pass
                    r8 = r0
                    *(u32 *)(r8 + {Ttl}) = r9
                    r1 = *(u32 *)(r10 - {Packet.AtTcp(IncomingPacket.Ports)})
                    *(u32 *)(r8 + {Ports}) = r1
            {Packet.CopyAddresses("r8", Remote, Local)}
                    r1 = r6
                    call bpf_skb_cgroup_id
                    *(u64 *)(r8 + {Cgroup}) = r0
            pass:
                    r0 = 1
                    exit
            """,
        maps.Named);

    /// <summary>Writes the TTL and the cgroup of an accepted connection into the record, which has addresses and ports already.</summary>
    public static string Read(int key, string next) => $"""
                    *(u64 *)(r10 - {key}) = 0
                    r1 = map[hand_over]
                    r2 = r10
                    r2 += -{key}
                    call bpf_map_lookup_elem
                    if r0 == 0 goto {next}
                    r1 = *(u16 *)(r10 - {At(ConnectionRecord.RemotePortOffset)})
                    r2 = *(u16 *)(r0 + {Ports})
                    r2 = be16 r2
                    if r1 != r2 goto {next}
                    r1 = *(u16 *)(r10 - {At(ConnectionRecord.LocalPortOffset)})
                    r2 = *(u16 *)(r0 + {Ports + 2})
                    r2 = be16 r2
                    if r1 != r2 goto {next}
            {string.Join('\n', Enumerable.Range(0, 4).Select(static word => word * 8).Select(i => $"""
                    r1 = *(u64 *)(r10 - {At(i < 16 ? ConnectionRecord.RemoteOffset + i : ConnectionRecord.LocalOffset + i - 16)})
                    r2 = *(u64 *)(r0 + {Remote + i})
                    if r1 != r2 goto {next}
                    """))}
                    r1 = *(u32 *)(r0 + {Ttl})
                    *(u8 *)(r10 - {At(ConnectionRecord.TtlOffset)}) = r1
                    r1 = *(u64 *)(r0 + {Cgroup})
                    *(u64 *)(r10 - {At(ConnectionRecord.CgroupOffset)}) = r1
                    *(u32 *)(r0 + {Ports}) = 0
            """;

    /// <summary>Writes the TTL of the slot in r8, whose cookie is in r9, into the record.</summary>
    public static string ReadTtlOfSlot() => $"""
                    r1 = *(u64 *)(r8 + {ConnectSlots.Ttl})
                    r2 = r1
                    r2 >>= {TtlWord.CookieShift}
                    r3 = r9
                    r3 <<= {TtlWord.CookieShift}
                    r3 >>= {TtlWord.CookieShift}
                    if r2 != r3 goto ttl_unknown
                    r2 = r1
                    r2 &= {TtlWord.Contradiction}
                    if r2 != 0 goto ttl_unknown
                    *(u8 *)(r10 - {At(ConnectionRecord.TtlOffset)}) = r1
            ttl_unknown:
            """;

    /// <summary>Represents the place. Only its size is used.</summary>
    [StructLayout(LayoutKind.Sequential, Size = Size)]
    public readonly struct Place;
}
