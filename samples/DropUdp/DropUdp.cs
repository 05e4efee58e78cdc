// Drops the UDP datagrams that the processes of a cgroup send to a port, or receive from it. Everything else passes.
//     dotnet build samples/DropUdp
//     sudo artifacts/bin/DropUdp/debug/DropUdp /sys/fs/cgroup/quiet 53    # until Ctrl-C

using System.Globalization;
using System.Runtime.InteropServices;
using Ebpf;
using Ebpf.Instructions;
using Ebpf.Links;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;

// Make the cgroup first, and put a shell into it. Programs that this shell starts then get no answers from DNS:
//
//     sudo mkdir /sys/fs/cgroup/quiet
//     echo $$ | sudo tee /sys/fs/cgroup/quiet/cgroup.procs
//
// The sample shows three things: one program that is attached to a cgroup twice, for both directions, by links that the kernel removes when this process
// ends; how to read a packet piece by piece; a counter at a fixed address, which needs no lookup.

if (args.Length != 2 || !ushort.TryParse(args[1], NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) || port == 0)
{
    Console.Error.WriteLine("Usage: DropUdp CGROUP PORT (a folder of the cgroup hierarchy, version 2, and a port from 1 to 65535)");
    return 2;
}

string cgroup = args[0];
using ManualResetEventSlim end = new();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
try
{
    using BpfMap<uint, ulong> dropped = BpfMap.Create<uint, ulong>(BpfMapType.Array, maxEntries: 1, name: "dropped");

    // Programs of cgroups see a packet from its IP header on. They return 1 to let it pass, 0 to drop it.
    BpfCode code = Assembler.Parse($"""
                r6 = r1
                r2 = 0                                      // the first ten bytes of the IP header, to the stack
                r3 = r10
                r3 += -16
                r4 = 10
                call bpf_skb_load_bytes
                if r0 != 0 goto pass
                r7 = *(u8 *)(r10 - 16)
                r1 = r7
                r1 >>= 4                                    // the version of IP
                if r1 == 6 goto ipv6

                r1 = *(u8 *)(r10 - 7)                       // protocol
                if r1 != 17 goto pass
                r1 = *(u16 *)(r10 - 10)
                r1 = be16 r1                                // fields of a packet are in network byte order
                r1 &= 0x1fff                                // a fragment after the first has no ports
                if r1 != 0 goto pass
                r7 &= 0xf                                   // the header's length in words
                r7 <<= 2
                goto ports
        ipv6:
                r1 = *(u8 *)(r10 - 10)                      // next header; extension headers are not parsed
                if r1 != 17 goto pass
                r7 = 40
        ports:
                r1 = r6                                     // the call destroyed r1
                r2 = r7
                r3 = r10
                r3 += -16
                r4 = 4
                call bpf_skb_load_bytes
                if r0 != 0 goto pass
                r1 = *(u16 *)(r10 - 16)                     // the sender's port
                r1 = be16 r1
                if r1 == {port} goto drop
                r1 = *(u16 *)(r10 - 14)                     // the receiver's
                r1 = be16 r1
                if r1 == {port} goto drop
        pass:
                r0 = 1
                exit
        drop:
                r1 = {dropped}[0]+0                         // the address of the only value of the array
                r2 = 1
                lock *(u64 *)(r1 + 0) += r2
                r0 = 0
                exit
        """);
    using BpfProgram program = BpfProgram.Load(BpfProgramType.CgroupSkb, code, new() { Name = "drop_udp", License = "MIT" });

    using BpfLink egress = CgroupLink.Attach(program, cgroup, BpfAttachType.CgroupEgress);
    using BpfLink ingress = CgroupLink.Attach(program, cgroup, BpfAttachType.CgroupIngress);
    Console.WriteLine($"Dropping UDP to and from port {port} in {cgroup}. Ctrl-C ends it.");
    end.Wait();

    dropped.TryGetValue(0, out ulong count);
    Console.WriteLine($"Dropped: {count}");
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
    end.Set();
}
