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

// Prints the TTL with which the other end's SYN+ACK came: a line for each TCP connection that a process of a cgroup, or of those below, has opened.
//
//     dotnet build samples/SynAckTtl
//     sudo artifacts/bin/SynAckTtl/debug/SynAckTtl /sys/fs/cgroup         # until Ctrl-C; the root sees all
//
// Shows: a program that runs once for each connection, and for no packet; the packet that a sock_ops program is shown begins at its TCP header, and what lies
// in front of that, in the kernel's memory, is the IP header. Nobody promises so: what was read counts only if it proves to be the header of this connection,
// else the TTL is unknown. How many routers away that is, is another question: 'hops' answers it.

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
    using BpfRingBuffer answers = BpfRingBuffer.Create(256 * 1024, "answers");
    using BpfMap<uint, ulong> lost = BpfMap.Create<uint, ulong>(BpfMapType.Array, maxEntries: 1, name: "lost");

    // The stack: from r10 - 64 on the record, in the order of the fields of Answer; from r10 - 104 on 40 bytes for the IP header.
    // An IPv4 address is kept as ::ffff:192.0.2.1, so that there is one form for both.
    BpfCode code = Assembler.Parse($"""
                r6 = r1
                r1 = *(u32 *)(r6 + {SockOps.Operation})
                if r1 != {SockOpsEvent.ActiveEstablished} goto out
                *(u64 *)(r10 - 64) = 0                          // TTL 0: unknown
                r1 = *(u32 *)(r6 + {SockOps.LocalPort})         // in host byte order, and the other in network byte order
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

        // The 40 bytes in front of the TCP header: an IPv6 header, or 20 bytes of something else and an IPv4 header.
        header:
                r3 = *(u64 *)(r6 + {SockOps.PacketData})
                if r3 == 0 goto report
                r3 += -40
                r1 = r10
                r1 += -104
                r2 = 40
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
                r1 = {answers}
                r2 = r10
                r2 += -64
                r3 = {Unsafe.SizeOf<Answer>()}
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
    // Reading the kernel's memory takes a licence that is compatible with the GPL, and CAP_PERFMON.
    using BpfProgram program = BpfProgram.Load(BpfProgramType.SockOps, code, new() { Name = "synack_ttl", License = "Dual MIT/GPL" });
    using BpfLink link = CgroupLink.Attach(program, args[0]);
    await using BpfRingBufferReader<Answer> reader = answers.OpenReader<Answer>();
    Console.WriteLine($"Watching {args[0]}. Ctrl-C ends it.");
    try
    {
        await foreach (Answer answer in reader.WithCancellation(end.Token))
        {
            Console.WriteLine(answer);
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

/// <summary>A record, as the program lays it out: 40 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct Answer
{
    private readonly byte _ttl;
    private readonly byte _unused0;
    private readonly ushort _unused1;
    private readonly ushort _localPort;
    private readonly ushort _remotePort;
    private readonly Bytes16 _local;
    private readonly Bytes16 _remote;

    public override string ToString() => $"{EndPoint(_local, _localPort)} to {EndPoint(_remote, _remotePort)}: TTL {(_ttl == 0 ? "unknown" : _ttl)}";

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
