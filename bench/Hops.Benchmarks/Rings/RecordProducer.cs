using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Programs;
using static Ebpf.Instructions.Register;
using static Ebpf.Instructions.Width;

namespace Hops.Benchmarks.Rings;

/// <summary>A socket filter that puts a record into a ring buffer each time it runs, and counts.</summary>
internal sealed class RecordProducer : IDisposable
{
    // The kernel requires an Ethernet header and some content for a test run.
    private const int PacketLength = 64;
    private const int MadeOffset = 0;
    private const int LostOffset = 8;

    private readonly byte[] _packet = new byte[PacketLength];
    private readonly BpfMap<uint, Counters> _counters = BpfMap.Create<uint, Counters>(BpfMapType.Array, maxEntries: 1);
    private readonly BpfProgram _program;

    public RecordProducer(BpfRingBuffer ring) =>
        _program = BpfProgram.Load(BpfProgramType.SocketFilter, Assemble(ring, _counters), new() { Name = "producer", License = "Dual MIT/GPL" });

    public Counters Counted => _counters[0];

    /// <summary>Makes records, on this thread. If a signal interrupts it, it makes more than asked for: <see cref="Counted"/> has the actual number.</summary>
    public void Produce(int records) => _program.Test(_packet, repeat: records);

    public void Dispose()
    {
        _program.Dispose();
        _counters.Dispose();
    }

    private static unsafe BpfCode Assemble(BpfRingBuffer ring, BpfMap counters)
    {
        Assembler asm = new();
        Label lost = asm.NewLabel("lost");

        // r7 = the counters, r8 = the record's number
        asm.LoadMapValue(R7, counters);
        asm.Load(R8, U64[R7 + MadeOffset]);
        asm.Move(R1, R8);
        asm.Add(R1, 1);
        asm.Store(U64[R7 + MadeOffset], R1);

        asm.LoadMap(R1, ring);
        asm.Move(R2, sizeof(RingRecord));
        asm.Move(R3, 0);
        asm.Call(Helper.RingBufferReserve);
        asm.JumpIf(R0 == 0, lost);
        asm.Store(U64[R0], R8);
        asm.Store(U64[R0 + 8], 0);
        asm.Store(U64[R0 + 16], 0);
        asm.Store(U64[R0 + 24], R8);
        asm.Move(R1, R0);
        asm.Move(R2, 0);
        asm.Call(Helper.RingBufferSubmit);
        asm.Move(R0, 0);
        asm.Exit();

        asm.Mark(lost);
        asm.Load(R1, U64[R7 + LostOffset]);
        asm.Add(R1, 1);
        asm.Store(U64[R7 + LostOffset], R1);
        asm.Move(R0, 0);
        asm.Exit();
        return asm.Assemble();
    }

    /// <param name="Made">The number of records that the program made.</param>
    /// <param name="Lost">The number of records that the ring had no room for.</param>
    internal record struct Counters(ulong Made, ulong Lost);
}
