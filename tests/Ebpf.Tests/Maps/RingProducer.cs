using System.Runtime.InteropServices;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Programs;
using Ebpf.SystemCalls;
using static Ebpf.Instructions.Register;
using static Ebpf.Instructions.Width;

namespace Ebpf.Tests.Maps;

/// <summary>
/// A program that puts numbered records into a ring buffer, run by BPF_PROG_TEST_RUN. It counts, for each producer, what it made and what the ring had no
/// room for.
/// </summary>
internal sealed unsafe partial class RingProducer : IDisposable
{
    public const int MaximumProducers = 8;

    // An Ethernet header, which the kernel takes off, and the producer's number.
    private const int EthernetHeader = 14;

    private readonly BpfProgram _program;

    private RingProducer(BpfMap<uint, Counters> counters, Action<Assembler> body)
    {
        Counted = counters;
        Assembler asm = new();
        Label end = asm.NewLabel("end");
        asm.Move(R6, R1);
        asm.LoadPacket(U8, 0);
        asm.Store(U32[R10 - 4], R0);
        asm.Move(R9, R0);
        asm.LoadMap(R1, counters);
        asm.Move(R2, R10);
        asm.Add(R2, -4);
        asm.Call(Helper.MapLookupElement);
        asm.JumpIf(R0 == 0, end);
        asm.Move(R7, R0);
        asm.Load(R8, U64[R7 + 0]);
        asm.Move(R1, R8);
        asm.Add(R1, 1);
        asm.Store(U64[R7 + 0], R1);
        body(asm);
        asm.JumpIf(R0 == 0, end);
        asm.Load(R1, U64[R7 + 8]);
        asm.Add(R1, 1);
        asm.Store(U64[R7 + 8], R1);
        asm.Mark(end);
        asm.Move(R0, 0);
        asm.Exit();
        _program = BpfProgram.Load(BpfProgramType.SocketFilter, asm.Assemble(), new() { Name = "producer", License = "Dual MIT/GPL" });
    }

    /// <summary>By producer.</summary>
    public BpfMap<uint, Counters> Counted { get; }

    /// <summary>Records of 32 bytes: <see cref="Record"/>.</summary>
    public static RingProducer OfRecords(BpfRingBuffer ring) => new(MakeCounters(), asm =>
    {
        asm.Store(U64[R10 - 40], R8);
        asm.Store(U64[R10 - 32], R9);
        asm.Store(U64[R10 - 24], R8);
        asm.Store(U64[R10 - 16], 0);
        Output(asm, ring, -40, asm => asm.Move(R3, sizeof(Record)));
    });

    /// <summary>Records of 8 to 263 bytes, 8 more than the low byte of their number, which fills them in words.</summary>
    public static RingProducer OfManySizes(BpfRingBuffer ring) => new(MakeCounters(), asm =>
    {
        for (int offset = -272; offset < -8; offset += 8)
        {
            asm.Store(U64[R10 + offset], R8);
        }

        Output(asm, ring, -272, static asm =>
        {
            asm.Move(R3, R8);
            asm.And(R3, 255);
            asm.Add(R3, 8);
        });
    });

    /// <summary>Records of that many bytes, whatever is in them.</summary>
    public static RingProducer OfSize(BpfRingBuffer ring, int size) => new(MakeCounters(), asm =>
    {
        Label full = asm.NewLabel("full");
        Label end = asm.NewLabel("done");
        asm.LoadMap(R1, ring);
        asm.Move(R2, size);
        asm.Move(R3, 0);
        asm.Call(Helper.RingBufferReserve);
        asm.JumpIf(R0 == 0, full);
        asm.Move(R1, R0);
        asm.Move(R2, 0);
        asm.Call(Helper.RingBufferSubmit);
        asm.Move(R0, 0);
        asm.Jump(end);
        asm.Mark(full);
        asm.Move(R0, -1);
        asm.Mark(end);
    });

    /// <summary>
    /// Records of 8 bytes, their number, reserved and committed only after <paramref name="rounds"/> rounds of work. Every third is discarded.
    /// </summary>
    public static RingProducer ThatIsSlow(BpfRingBuffer ring, int rounds) => new(MakeCounters(), asm =>
    {
        Label again = asm.NewLabel("again");
        Label full = asm.NewLabel("full");
        Label discard = asm.NewLabel("discard");
        Label end = asm.NewLabel("done");
        asm.LoadMap(R1, ring);
        asm.Move(R2, sizeof(ulong));
        asm.Move(R3, 0);
        asm.Call(Helper.RingBufferReserve);
        asm.JumpIf(R0 == 0, full);
        asm.Move(R6, R0);
        asm.Store(U64[R6 + 0], R8);
        asm.Move(R9, 0);
        asm.Mark(again);
        asm.Call(Helper.GetMonotonicNanoseconds);
        asm.Add(R9, 1);
        asm.JumpIf(R9 < rounds, again);
        asm.Move(R1, R6);
        asm.Move(R2, 0);
        asm.Modulo(R8, 3);
        asm.JumpIf(R8 == 2, discard);
        asm.Call(Helper.RingBufferSubmit);
        asm.Move(R0, 0);
        asm.Jump(end);
        asm.Mark(discard);
        asm.Call(Helper.RingBufferDiscard);
        asm.Move(R0, 0);
        asm.Jump(end);
        asm.Mark(full);
        asm.Move(R0, -1);
        asm.Mark(end);
    });

    /// <summary>No records: counts in a per-CPU array's first entry.</summary>
    public static RingProducer ThatCountsPerProcessor(out BpfPerCpuMap<uint, ulong> counts)
    {
        BpfPerCpuMap<uint, ulong> map = counts = BpfMap.CreatePerCpu<uint, ulong>(BpfMapType.PerCpuArray, 1);
        return new RingProducer(MakeCounters(), asm =>
        {
            Label end = asm.NewLabel("counted");
            asm.Store(U32[R10 - 8], 0);
            asm.LoadMap(R1, map);
            asm.Move(R2, R10);
            asm.Add(R2, -8);
            asm.Call(Helper.MapLookupElement);
            asm.JumpIf(R0 == 0, end);
            asm.Load(R1, U64[R0 + 0]);
            asm.Add(R1, 1);
            asm.Store(U64[R0 + 0], R1);
            asm.Move(R0, 0);
            asm.Mark(end);
        });
    }

    /// <summary>Makes records, on this thread, until the producer has made <paramref name="total"/> in all.</summary>
    public void Produce(uint producer, ulong total)
    {
        Span<byte> packet = stackalloc byte[64];
        packet[EthernetHeader] = (byte)producer;
        using DescriptorLease lease = new(_program.Descriptor);
        fixed (byte* data = packet)
        {
            // A signal (the garbage collector sends some) ends a run early:
            // the program's own count says how far it came, where BpfProgram.Test would start over.
            for (ulong made; (made = Counted[producer].Made) < total;)
            {
                Bpf.ProgramTestRunAttributes attributes = new()
                {
                    ProgramDescriptor = (uint)lease.Number,
                    DataSizeIn = (uint)packet.Length,
                    DataIn = (ulong)data,
                    Repeat = (uint)(total - made),
                };
                Assert.True(Bpf.ProgramTestRun(ref attributes) is Errno.None or Errno.EINTR);
            }
        }
    }

    /// <summary>The same on a thread of its own, on one processor.</summary>
    public Thread Start(uint producer, ulong total)
    {
        Thread thread = new(() =>
        {
            ulong processors = 1UL << (int)(producer % (uint)Environment.ProcessorCount);
            Assert.Equal(0, SetAffinity(0, sizeof(ulong), &processors));
            Produce(producer, total);
        });
        thread.Start();
        return thread;
    }

    public void Dispose()
    {
        _program.Dispose();
        Counted.Dispose();
    }

    private static BpfMap<uint, Counters> MakeCounters() => BpfMap.Create<uint, Counters>(BpfMapType.Array, MaximumProducers);

    private static void Output(Assembler asm, BpfRingBuffer ring, int record, Action<Assembler> size)
    {
        asm.LoadMap(R1, ring);
        asm.Move(R2, R10);
        asm.Add(R2, record);
        size(asm);
        asm.Move(R4, 0);
        asm.Call(Helper.RingBufferOutput);
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinity(int thread, nint size, ulong* processors);

    public record struct Counters(ulong Made, ulong Dropped);

    /// <summary>The number counts what its producer made, from 0.</summary>
    public record struct Record(ulong Number, ulong Producer, ulong NumberAgain, ulong Zero);
}
