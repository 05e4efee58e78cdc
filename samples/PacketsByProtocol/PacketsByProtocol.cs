// Counts the packets that arrive at this machine, by protocol, and prints a table at the end.
//     dotnet build samples/PacketsByProtocol
//     sudo artifacts/bin/PacketsByProtocol/debug/PacketsByProtocol 10     # seconds; without a number, until Ctrl-C

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Ebpf;
using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Links;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;

// The sample shows three things: a socket filter on a packet socket, which sees every packet of the network namespace, and returns 0 so that none of them
// is queued for the socket; an array map of counters, to which programs on all processors add at the same time; how to tell protocols apart.

// IP protocols are numbers from 0 to 255; the next counter is for all other packets.
const int NotIp = 256;
const short AnyEtherType = 3;       // ETH_P_ALL

int seconds = Timeout.Infinite;
if (args.Length > 1
    || (args.Length == 1 && !(int.TryParse(args[0], NumberStyles.None, CultureInfo.InvariantCulture, out seconds) && seconds is > 0 and <= 86_400)))
{
    Console.Error.WriteLine("Usage: PacketsByProtocol [SECONDS], from 1 to 86400");
    return 2;
}

using ManualResetEventSlim end = new();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
try
{
    using BpfMap<uint, Traffic> counters = BpfMap.Create<uint, Traffic>(BpfMapType.Array, maxEntries: NotIp + 1, name: "counters");
    BpfCode code = Assembler.Parse($"""
                r6 = r1                                         // skb[] loads expect the context in r6
                r1 = *(u32 *)(r6 + {SkBuff.PacketType})
                if r1 == 4 goto done                            // PACKET_OUTGOING: the socket also sees sent packets
                r7 = {NotIp}
                r1 = *(u32 *)(r6 + {SkBuff.Protocol})           // the EtherType, in network byte order
                r1 = be16 r1
                if r1 == 0x0800 goto ipv4
                if r1 != 0x86dd goto count
                r0 = *(u8 *)skb[{SkBuff.NetworkHeader} + 6]     // IPv6: next header
                r7 = r0
                goto count
        ipv4:
                r0 = *(u8 *)skb[{SkBuff.NetworkHeader} + 9]     // IPv4: protocol
                r7 = r0
        count:
                *(u32 *)(r10 - 4) = r7                          // the key is on the stack
                r1 = {counters}
                r2 = r10
                r2 += -4
                call bpf_map_lookup_elem
                if r0 == 0 goto done                            // never, but the verifier requires the check
                r1 = 1
                lock *(u64 *)(r0 + 0) += r1                     // Traffic.Packets
                r1 = *(u32 *)(r6 + {SkBuff.Length})
                lock *(u64 *)(r0 + 8) += r1                     // Traffic.Bytes
        done:
                r0 = 0                                          // keep nothing: this socket is never read
                exit
        """);
    using BpfProgram filter = BpfProgram.Load(BpfProgramType.SocketFilter, code, new() { Name = "by_protocol", License = "MIT" });

    using Socket socket = new(AddressFamily.Packet, SocketType.Raw, (ProtocolType)IPAddress.HostToNetworkOrder(AnyEtherType));
    socket.AttachFilter(filter);
    Console.WriteLine("Counting what arrives. Ctrl-C ends it.");
    end.Wait(seconds == Timeout.Infinite ? seconds : seconds * 1000);

    Console.WriteLine("protocol      packets         bytes");
    foreach ((uint protocol, Traffic traffic) in counters.Entries.Where(static e => e.Value.Packets > 0).OrderByDescending(static e => e.Value.Packets))
    {
        Console.WriteLine($"{NameOf(protocol),-10} {traffic.Packets,10} {traffic.Bytes,13}");
    }

    return 0;
}
catch (BpfException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
catch (SocketException e)
{
    Console.Error.WriteLine($"A packet socket needs CAP_NET_RAW: run as root ({e.Message})");
    return 1;
}

void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    end.Set();
}

static string NameOf(uint protocol) => protocol switch
{
    1 => "ICMP",
    2 => "IGMP",
    6 => "TCP",
    17 => "UDP",
    47 => "GRE",
    50 => "ESP",
    58 => "ICMPv6",
    132 => "SCTP",
    NotIp => "not IP",
    _ => $"number {protocol}",
};

/// <summary>A value of the map, with the layout that the program uses.</summary>
internal readonly record struct Traffic(ulong Packets, ulong Bytes);
