// Counts the frames that a network interface receives, before the network stack handles them, and prints rates and totals.
//     dotnet build samples/XdpCounter
//     sudo artifacts/bin/XdpCounter/debug/XdpCounter eth0                 # until Ctrl-C

using System.Globalization;
using System.Runtime.InteropServices;
using Ebpf;
using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Links;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;

// The sample shows XDP, in the driver if it supports XDP and otherwise in the network stack, and a per-CPU map, in which each processor has a counter of its
// own and the reader adds them up.

if (args.Length != 1 || args[0].Length == 0)
{
    Console.Error.WriteLine("Usage: XdpCounter INTERFACE ('ip link' lists them)");
    return 2;
}

using ManualResetEventSlim end = new();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
try
{
    using BpfPerCpuMap<uint, Traffic> counters = BpfMap.CreatePerCpu<uint, Traffic>(BpfMapType.PerCpuArray, maxEntries: 1, name: "counters");
    BpfCode code = Assembler.Parse($"""
                r6 = r1                             // calls destroy r1 to r5
                *(u32 *)(r10 - 4) = 0               // the key
                r1 = {counters}
                r2 = r10
                r2 += -4
                call bpf_map_lookup_elem            // returns the value of the processor that the program runs on
                if r0 == 0 goto pass
                r7 = r0
                r1 = r6
                call bpf_xdp_get_buff_len
                r1 = *(u64 *)(r7 + 0)               // no other processor writes here: no need to lock
                r1 += 1
                *(u64 *)(r7 + 0) = r1               // Traffic.Frames
                r1 = *(u64 *)(r7 + 8)
                r1 += r0
                *(u64 *)(r7 + 8) = r1               // Traffic.Bytes
        pass:
                r0 = {XdpVerdict.Pass}
                exit
        """);
    using BpfProgram program = BpfProgram.Load(BpfProgramType.Xdp, code, new() { Name = "xdp_counter", License = "MIT" });

    using BpfLink link = Attach(program, args[0], out XdpMode mode);
    Console.WriteLine($"Counting on {args[0]}, in mode {mode}. Ctrl-C ends it.");

    Traffic[] values = new Traffic[counters.ProcessorCount];
    Traffic before = default;
    long start = Environment.TickCount64;
    while (!end.Wait(1000))
    {
        Traffic now = Total(counters, values);
        double elapsed = Math.Max(Environment.TickCount64 - start, 1) / 1000.0;
        double framesPerSecond = (now.Frames - before.Frames) / elapsed;
        double megabitsPerSecond = (now.Bytes - before.Bytes) * 8 / elapsed / 1e6;
        Print($"{framesPerSecond:F0} frames/s, {megabitsPerSecond:F3} Mbit/s; total {now.Frames} frames, {now.Bytes} bytes");
        before = now;
        start = Environment.TickCount64;
    }

    Traffic total = Total(counters, values);
    Print($"Total: {total.Frames} frames, {total.Bytes} bytes");
    return 0;
}
catch (BpfException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static BpfLink Attach(BpfProgram program, string interfaceName, out XdpMode mode)
{
    try
    {
        mode = XdpMode.Driver;
        return XdpLink.Attach(program, interfaceName, mode);
    }
    catch (BpfException e) when (e.Errno is Errno.EOPNOTSUPP or Errno.EINVAL or Errno.ERANGE)
    {
        // The driver does not support XDP, or not with this MTU.
        mode = XdpMode.Generic;
        return XdpLink.Attach(program, interfaceName, mode);
    }
}

static Traffic Total(BpfPerCpuMap<uint, Traffic> counters, Traffic[] values)
{
    counters.TryGetValues(0, values);
    return values.Aggregate(static (a, b) => new(a.Frames + b.Frames, a.Bytes + b.Bytes));
}

static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    end.Set();
}

/// <summary>The counters of one processor.</summary>
internal readonly record struct Traffic(ulong Frames, ulong Bytes);
