// Prints the TTL of the packet that established each TCP connection of a cgroup: of the SYN+ACK ("to") or, for accepted ones, of the ACK ("from").
//     dotnet build samples/SynAckTtl
//     sudo artifacts/bin/SynAckTtl/debug/SynAckTtl /sys/fs/cgroup         # all processes of the machine, until Ctrl-C

using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ebpf;
using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Links;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;

// The sample shows a program of type sock_ops, which runs once for each connection and for no other packet, and how to read the kernel's memory. The packet
// that the program sees begins at its TCP header; the IP header lies in front of it in the kernel's memory. The kernel does not promise that, so the program
// checks that the bytes it read are the IP header of this connection. Otherwise the TTL is unknown, as it is behind options of IPv4 and extension headers of
// IPv6.
//
// One case cannot be told apart: extension headers that their sender filled with a copy of an IPv6 header. So a hop limit of 255 does not prove that the
// sender is a neighbour (RFC 5082). IPv6 calls the TTL hop limit. The sender chooses its initial value; 'hops' estimates how many routers lowered it.

if (args.Length != 1 || args[0].Length == 0)
{
    Console.Error.WriteLine("Usage: SynAckTtl CGROUP (a folder of the cgroup hierarchy, version 2)");
    return 2;
}

using CancellationTokenSource end = new();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
try
{
    using BpfRingBuffer handshakes = BpfRingBuffer.Create(256 * 1024, "handshakes");
    using BpfMap<uint, ulong> lost = BpfMap.Create<uint, ulong>(BpfMapType.Array, maxEntries: 1, name: "lost");

    // The stack has the record from r10 - 64 on, in the order of the fields of Handshake, and from r10 - 124 on 60 bytes, the maximum length of an IPv4 header.
    // An IPv4 address is stored as ::ffff:192.0.2.1, so that both families have the same form. The sender chooses the contents of IPv4 options, which may be 20
    // bytes that look like a header. The true header is then one to ten words longer, and has the sender's address as many words further in front.
    string refuseOptions = string.Concat(Enumerable.Range(1, 10).Select(static words => $"""
        r1 = *(u32 *)(r10 - {72 + (4 * words)})
        if r1 == r2 goto report

        """));

    BpfCode code = Assembler.Parse($"""
                r6 = r1
                r1 = *(u32 *)(r6 + {SockOps.Operation})
                *(u64 *)(r10 - 64) = 0                          // TTL 0: unknown
                if r1 == {SockOpsEvent.ActiveEstablished} goto ports
                if r1 != {SockOpsEvent.PassiveEstablished} goto out
                *(u8 *)(r10 - 63) = 1                           // accepted
        ports:
                r1 = *(u32 *)(r6 + {SockOps.LocalPort})         // in host byte order; the remote port is in network byte order
                *(u16 *)(r10 - 60) = r1
                r1 = *(u32 *)(r6 + {SockOps.RemotePort})
                r1 = be32 r1
                *(u16 *)(r10 - 58) = r1
                r1 = *(u32 *)(r6 + {SockOps.Family})
                if r1 == 2 goto ipv4                            // AF_INET
                r1 = *(u32 *)(r6 + {SockOps.LocalIp6})
                *(u32 *)(r10 - 56) = r1
                r1 = *(u32 *)(r6 + {SockOps.LocalIp6 + 4})
                *(u32 *)(r10 - 52) = r1
                r1 = *(u32 *)(r6 + {SockOps.LocalIp6 + 8})
                *(u32 *)(r10 - 48) = r1
                r1 = *(u32 *)(r6 + {SockOps.LocalIp6 + 12})
                *(u32 *)(r10 - 44) = r1
                r1 = *(u32 *)(r6 + {SockOps.RemoteIp6})
                *(u32 *)(r10 - 40) = r1
                r1 = *(u32 *)(r6 + {SockOps.RemoteIp6 + 4})
                *(u32 *)(r10 - 36) = r1
                r1 = *(u32 *)(r6 + {SockOps.RemoteIp6 + 8})
                *(u32 *)(r10 - 32) = r1
                r1 = *(u32 *)(r6 + {SockOps.RemoteIp6 + 12})
                *(u32 *)(r10 - 28) = r1
                goto header
        ipv4:
                *(u64 *)(r10 - 56) = 0
                *(u32 *)(r10 - 48) = -65536                     // 00 00 ff ff
                r1 = *(u32 *)(r6 + {SockOps.LocalIp4})
                *(u32 *)(r10 - 44) = r1
                *(u64 *)(r10 - 40) = 0
                *(u32 *)(r10 - 32) = -65536
                r1 = *(u32 *)(r6 + {SockOps.RemoteIp4})
                *(u32 *)(r10 - 28) = r1

        // The bytes in front of the TCP header: an IPv4 or IPv6 header is the last 20 or 40 of them.
        header:
                r3 = *(u64 *)(r6 + {SockOps.PacketData})
                if r3 == 0 goto report
                r3 += -60
                r1 = r10
                r1 += -124
                r2 = 60
                call bpf_probe_read_kernel
                if r0 != 0 goto report
                r1 = *(u64 *)(r10 - 40)
                if r1 != 0 goto ipv6
                w1 = *(u32 *)(r10 - 32)
                if w1 != -65536 goto ipv6

        // Version 4 and five words, TCP, from the other end, to this end?
                r1 = *(u8 *)(r10 - 84)
                if r1 != 0x45 goto report
                r1 = *(u8 *)(r10 - 75)
                if r1 != 6 goto report
                r1 = *(u32 *)(r10 - 72)
                r2 = *(u32 *)(r10 - 28)
                if r1 != r2 goto report
                {refuseOptions}
                r1 = *(u32 *)(r10 - 68)
                r2 = *(u32 *)(r10 - 44)
                if r1 != r2 goto report
                r1 = *(u8 *)(r10 - 76)
                *(u8 *)(r10 - 64) = r1
                goto report

        // Version 6, TCP, from the other end, to this end?
        ipv6:
                r1 = *(u8 *)(r10 - 104)
                r1 >>= 4
                if r1 != 6 goto report
                r1 = *(u8 *)(r10 - 98)
                if r1 != 6 goto report
                r1 = *(u64 *)(r10 - 96)
                r2 = *(u64 *)(r10 - 40)
                if r1 != r2 goto report
                r1 = *(u64 *)(r10 - 88)
                r2 = *(u64 *)(r10 - 32)
                if r1 != r2 goto report
                r1 = *(u64 *)(r10 - 80)
                r2 = *(u64 *)(r10 - 56)
                if r1 != r2 goto report
                r1 = *(u64 *)(r10 - 72)
                r2 = *(u64 *)(r10 - 48)
                if r1 != r2 goto report
                r1 = *(u8 *)(r10 - 97)
                *(u8 *)(r10 - 64) = r1
        report:
                r1 = {handshakes}
                r2 = r10
                r2 += -64
                r3 = {Unsafe.SizeOf<Handshake>()}
                r4 = 0
                call bpf_ringbuf_output
                if r0 == 0 goto out
                r1 = {lost}[0]+0
                r2 = 1
                lock *(u64 *)(r1 + 0) += r2
        out:
                r0 = 1
                exit
        """);
    // Reading the kernel's memory needs a licence that is compatible with the GPL, and CAP_PERFMON.
    using BpfProgram program = BpfProgram.Load(BpfProgramType.SockOps, code, new() { Name = "synack_ttl", License = "Dual MIT/GPL" });
    using BpfLink link = CgroupLink.Attach(program, args[0]);
    await using BpfRingBufferReader<Handshake> reader = handshakes.OpenReader<Handshake>();
    Console.WriteLine($"Watching {args[0]}. Ctrl-C ends it.");
    try
    {
        await foreach (Handshake handshake in reader.WithCancellation(end.Token))
        {
            Console.WriteLine(handshake);
        }
    }
    catch (OperationCanceledException)
    {
    }

    if (lost.TryGetValue(0, out ulong count) && count > 0)
    {
        Console.Error.WriteLine($"Not shown, because they came too fast: {count}");
    }

    return 0;
}
catch (BpfException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    end.Cancel();
}

/// <summary>A record, with the layout that the program writes: 40 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct Handshake
{
    private readonly byte _ttl;
    private readonly byte _isAccepted;
    private readonly ushort _unused;
    private readonly ushort _localPort;
    private readonly ushort _remotePort;
    private readonly Bytes16 _local;
    private readonly Bytes16 _remote;

    public override string ToString()
    {
        string direction = _isAccepted == 0 ? "to" : "from";
        return $"{EndPoint(_local, _localPort)} {direction} {EndPoint(_remote, _remotePort)}: TTL {(_ttl == 0 ? "unknown" : _ttl)}";
    }

    private static IPEndPoint EndPoint(ReadOnlySpan<byte> bytes, ushort port)
    {
        IPAddress address = new(bytes);
        return new(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port);
    }
}

/// <summary>Sixteen bytes: an IPv6 address.</summary>
[InlineArray(16)]
internal struct Bytes16
{
    private byte _first;
}
