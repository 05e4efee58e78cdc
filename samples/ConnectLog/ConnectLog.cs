// Prints a line for each connect(2) of a TCP or UDP socket by a process of a cgroup, or of the cgroups below it: process, command, address.
//     dotnet build samples/ConnectLog
//     sudo artifacts/bin/ConnectLog/debug/ConnectLog /sys/fs/cgroup       # all processes of the machine, until Ctrl-C

using System.Buffers.Binary;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Ebpf;
using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Links;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;

// The sample shows three things: a program that runs inside the connecting process, and so knows its id and its command; a ring buffer that carries a
// structure from the kernel to this process; one text for two programs that differ only in where the address is.

if (args.Length != 1 || args[0].Length == 0)
{
    Console.Error.WriteLine("Usage: ConnectLog CGROUP (a folder of the cgroup hierarchy, version 2)");
    return 2;
}

string cgroup = args[0];
using CancellationTokenSource end = new();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
try
{
    using BpfRingBuffer connects = BpfRingBuffer.Create(256 * 1024, "connects");
    using BpfMap<uint, ulong> lost = BpfMap.Create<uint, ulong>(BpfMapType.Array, maxEntries: 1, name: "lost");
    using BpfProgram ipv4 = Load(BpfAttachType.CgroupConnect4, [SockAddr.UserIp4]);
    // .NET's own sockets are dual-mode: this program runs for them, even if they connect to IPv4 addresses.
    using BpfProgram ipv6 = Load(BpfAttachType.CgroupConnect6, [SockAddr.UserIp6, SockAddr.UserIp6 + 4, SockAddr.UserIp6 + 8, SockAddr.UserIp6 + 12]);
    using CgroupLinkPair links = CgroupLink.AttachPair(ipv4, ipv6, cgroup);
    await using BpfRingBufferReader<Connect> reader = connects.OpenReader<Connect>();
    Console.WriteLine($"Watching {cgroup}. Ctrl-C ends it.");
    try
    {
        await foreach (Connect connect in reader.WithCancellation(end.Token))
        {
            Console.WriteLine(connect);
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

    BpfProgram Load(BpfAttachType attachType, int[] addressWords)
    {
        // The program builds the record on the stack, from r10 - 48 on, in the order of the fields of Connect.
        StringBuilder copyAddress = new();
        for (int i = 0; i < 4; i++)
        {
            copyAddress.AppendLine(i < addressWords.Length ? $"r1 = *(u32 *)(r6 + {addressWords[i]})" : "r1 = 0");
            copyAddress.AppendLine($"*(u32 *)(r10 - {32 - (4 * i)}) = r1");
        }

        BpfCode code = Assembler.Parse($"""
                    r6 = r1
                    call bpf_get_current_pid_tgid
                    r0 >>= 32                                   // the id of the process; the low half is that of the thread
                    *(u32 *)(r10 - 48) = r0
                    r1 = *(u32 *)(r6 + {SockAddr.Protocol})
                    *(u32 *)(r10 - 44) = r1
                    r1 = *(u32 *)(r6 + {SockAddr.UserFamily})
                    *(u32 *)(r10 - 40) = r1
                    r1 = *(u32 *)(r6 + {SockAddr.UserPort})
                    *(u32 *)(r10 - 36) = r1
                    {copyAddress}
                    r1 = r10
                    r1 += -16
                    r2 = 16
                    call bpf_get_current_comm
                    r1 = {connects}
                    r2 = r10
                    r2 += -48
                    r3 = {Unsafe.SizeOf<Connect>()}
                    r4 = 0
                    call bpf_ringbuf_output
                    if r0 == 0 goto allow
                    r1 = {lost}[0]+0
                    r2 = 1
                    lock *(u64 *)(r1 + 0) += r2
            allow:
                    r0 = 1                                      // 0 would refuse the call
                    exit
            """);
        return BpfProgram.Load(
            BpfProgramType.CgroupSockAddr, code, new() { Name = "connect_log", License = "MIT", ExpectedAttachType = attachType });
    }
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

/// <summary>A record, with the layout that the program writes: 48 bytes, without gaps.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct Connect
{
    private readonly uint _process;
    private readonly uint _protocol;
    private readonly uint _family;
    private readonly uint _port;
    private readonly Bytes16 _address;
    private readonly Bytes16 _command;

    public override string ToString()
    {
        ReadOnlySpan<byte> command = _command;
        ReadOnlySpan<byte> bytes = _address;
        int length = command.IndexOf((byte)0);
        IPAddress address = new(_family == 2 ? bytes[..4] : bytes);
        string protocol = _protocol switch { 6 => "TCP", 17 => "UDP", _ => $"protocol {_protocol}" };
        IPEndPoint destination = new(address, BinaryPrimitives.ReverseEndianness((ushort)_port));
        return $"{_process} {Encoding.UTF8.GetString(command[..length])}: {protocol} {destination}";
    }
}

/// <summary>Sixteen bytes: an IPv6 address, or the name of a command with its terminating zero (<c>TASK_COMM_LEN</c>).</summary>
[InlineArray(16)]
internal struct Bytes16
{
    private byte _first;
}
