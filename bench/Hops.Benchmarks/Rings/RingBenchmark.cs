using System.Diagnostics;
using Ebpf.Maps;

namespace Hops.Benchmarks.Rings;

/// <summary>
/// Measures one reader of a ring buffer: alone, with a ring that was filled before, and while a program fills the ring on another processor. The rate counts
/// received records; the records that were lost because the ring was full are reported beside it.
/// </summary>
internal sealed class RingBenchmark : IDisposable
{
    private const int MillionReceivedPerSecond = 5;

    private const int Capacity = 16 * 1024 * 1024;

    // They fit into the ring, with their headers of 8 bytes.
    private const int FillingRecords = 400_000;

    // Several times as many as fit: a reader that is too slow loses some.
    private const int StreamedRecords = 1_000_000;
    private const int WarmUpDivisor = 10;

    private readonly BpfRingBuffer _ring = BpfRingBuffer.Create(Capacity);
    private readonly RecordProducer _producer;
    private readonly BpfRingBufferReader<RingRecord> _reader;
    private ulong _last;

    public RingBenchmark()
    {
        _producer = new RecordProducer(_ring);
        _reader = _ring.OpenReader<RingRecord>();
    }

    public Report Run(string name, int rounds)
    {
        int other = Processors.Other();
        // Threads that are started from here on stay here, too: those of the thread pool and the reader's own.
        Processors.PinToCurrent();
        WarmUp.Run(() => RunRound(other, WarmUpDivisor));
        Round[] results = new Round[rounds];
        for (int round = 0; round < rounds; round++)
        {
            GC.Collect();
            results[round] = RunRound(other, divisor: 1);
        }

        return new Report(
            name, "Records of 32 bytes through a ring buffer", "sides", "record",
            [
                Measurement.Of("one at a time", "program", [.. results.Select(static r => r.Program)]),
                Measurement.Of("one at a time", "TryRead", [.. results.Select(static r => r.TryRead)]),
                Measurement.Of("one at a time", "await foreach", [.. results.Select(static r => r.Loop)]),
                Measurement.Of("both at once", "await foreach", [.. results.Select(static r => r.Stream)]) with
                {
                    Limits = [Limit.Rate(MillionReceivedPerSecond)],
                    LostPercent = Quartiles.Of(results.Select(static r => r.LostPercent)).Median,
                },
            ]);
    }

    public void Dispose()
    {
        _reader.Dispose();
        _producer.Dispose();
        _ring.Dispose();
    }

    private Round RunRound(int otherProcessor, int divisor)
    {
        Block program = Fill(FillingRecords / divisor);
        Block tryRead = Block.Time((int)program.Operations, 1, ReadOneByOne);
        program += Fill(FillingRecords / divisor);
        Block loop = Block.Time(FillingRecords / divisor, 1, records => ReadInLoopAsync(records).GetAwaiter().GetResult());
        (Block stream, double lost) = Stream(otherProcessor, StreamedRecords / divisor);
        return new Round(program, tryRead, loop, stream, lost);
    }

    private Block Fill(int records)
    {
        RecordProducer.Counters before = _producer.Counted;
        Block block = Block.Time(1, records, _ => _producer.Produce(records));
        RecordProducer.Counters after = _producer.Counted;
        return after == before with { Made = before.Made + (ulong)records }
            ? block
            : throw new InvalidOperationException(
                $"Of {records} records {after.Made - before.Made} were made and {after.Lost - before.Lost} lost: a signal interrupted the program.");
    }

    private void ReadOneByOne(int records)
    {
        for (int i = 0; i < records; i++)
        {
            if (!_reader.TryRead(out RingRecord record))
            {
                throw new InvalidOperationException($"Of {records} records there were {i}.");
            }

            Check(record);
        }
    }

    private async Task ReadInLoopAsync(int records)
    {
        int count = 0;
        await foreach (RingRecord record in _reader.WithCancellation(CancellationToken.None).ConfigureAwait(false))
        {
            Check(record);
            if (++count == records)
            {
                break;
            }
        }
    }

    private (Block Block, double LostPercent) Stream(int processor, int records)
    {
        RecordProducer.Counters before = _producer.Counted;
        RecordProducer.Counters after = default;
        ulong end = ulong.MaxValue;
        Thread thread = new(() =>
        {
            Processors.PinTo(processor);
            _producer.Produce(records);
            after = _producer.Counted;
            Volatile.Write(ref end, after.Made);
            // Lets the reader see the end. The reader continues, so there will be room soon.
            do
            {
                after = _producer.Counted;
                _producer.Produce(1);
            }
            while (_producer.Counted.Lost != after.Lost);
        });
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long start = Stopwatch.GetTimestamp();
        thread.Start();
        long received = ReceiveAsync().GetAwaiter().GetResult();
        long ticks = Stopwatch.GetTimestamp() - start;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        thread.Join();
        after = _producer.Counted;
        ulong made = after.Made - before.Made;
        ulong lost = after.Lost - before.Lost;
        return made - lost == (ulong)received
            ? (new Block(received, ticks, allocated), 100.0 * lost / made)
            : throw new InvalidOperationException($"{made} records were made and {lost} lost, but {received} received.");

        async Task<long> ReceiveAsync()
        {
            long count = 0;
            await foreach (RingRecord record in _reader.WithCancellation(CancellationToken.None).ConfigureAwait(false))
            {
                Check(record);
                count++;
                if (record.Number >= Volatile.Read(ref end))
                {
                    break;
                }
            }

            return count;
        }
    }

    private void Check(in RingRecord record)
    {
        if (record.Number != record.NumberAgain || (record.Number <= _last && record.Number != 0))
        {
            throw new InvalidOperationException($"After record {_last} came {record}.");
        }

        _last = record.Number;
    }

    private sealed record Round(Block Program, Block TryRead, Block Loop, Block Stream, double LostPercent);
}
