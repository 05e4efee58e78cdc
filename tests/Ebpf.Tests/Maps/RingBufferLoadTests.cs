using System.Buffers.Binary;
using Ebpf.Maps;
using Hops.TestSupport;

namespace Ebpf.Tests.Maps;

/// <summary>Millions of records from several processors at once.</summary>
public sealed class RingBufferLoadTests
{
    [Fact]
    public async Task Nothing_is_lost_of_ten_million_records_and_each_producers_stay_in_order()
    {
        Requires.Root();
        const uint Producers = 2;
        const ulong Each = 5_000_000;
        using BpfRingBuffer ring = BpfRingBuffer.Create(1 << 29, "load");
        using RingProducer producer = RingProducer.OfRecords(ring);
        Assert.True(Producers * Each * 40 < (ulong)ring.Capacity, "They would fit even if nobody read.");
        (ulong[] received, ulong[] made, ulong[] dropped) = await Run(ring, producer, Producers, Each);
        Assert.All(made, static count => Assert.Equal(Each, count));
        Assert.All(dropped, static count => Assert.Equal(0ul, count));
        Assert.All(received, static count => Assert.Equal(Each, count));
    }

    [Fact]
    public async Task Received_and_dropped_make_up_what_was_produced_when_the_ring_overflows()
    {
        Requires.Root();
        const uint Producers = 4;
        const ulong Each = 500_000;
        using BpfRingBuffer ring = BpfRingBuffer.Create(4096, "overflow");
        using RingProducer producer = RingProducer.OfRecords(ring);
        (ulong[] received, ulong[] made, ulong[] dropped) = await Run(ring, producer, Producers, Each);
        Assert.All(made, static count => Assert.Equal(Each, count));
        Assert.True(dropped.Aggregate(static (a, b) => a + b) > 0, "Nothing overflowed.");
        Assert.Equal(made, received.Zip(dropped, static (r, d) => r + d));
    }

    [Fact]
    public async Task Records_of_many_sizes_from_several_processors_are_whole()
    {
        Requires.Root();
        const ulong Each = 200_000;
        using BpfRingBuffer ring = BpfRingBuffer.Create(1 << 14);
        using RingProducer producer = RingProducer.OfManySizes(ring);
        BpfRingBufferReader<byte[]> reader = ring.OpenReader();
        ulong received = 0;
        Task loop = Task.Run(
            async () =>
            {
                await foreach (byte[] record in reader)
                {
                    received++;
                    ulong number = BinaryPrimitives.ReadUInt64LittleEndian(record);
                    byte[] word = record[..8];
                    Assert.Equal((int)(number & 255) + 8, record.Length);
                    for (int i = 8; i < record.Length; i++)
                    {
                        Assert.Equal(word[i % 8], record[i]);
                    }
                }
            },
            TestContext.Current.CancellationToken);
        Array.ForEach([producer.Start(0, Each), producer.Start(1, Each)], static t => t.Join());
        await reader.DisposeAsync(TimeSpan.FromSeconds(30));
        await loop;
        Assert.Equal(2 * Each, received + producer.Counted[0].Dropped + producer.Counted[1].Dropped);
    }

    private static async Task<(ulong[] Received, ulong[] Made, ulong[] Dropped)> Run(BpfRingBuffer ring, RingProducer producer, uint producers, ulong each)
    {
        BpfRingBufferReader<RingProducer.Record> reader = ring.OpenReader<RingProducer.Record>();
        ulong[] received = new ulong[producers];
        Task loop = Task.Run(async () =>
        {
            ulong[] next = new ulong[producers];
            await foreach (RingProducer.Record record in reader)
            {
                if (record.Number < next[record.Producer] || record.NumberAgain != record.Number || record.Zero != 0)
                {
                    Assert.Fail($"{record} after {next[record.Producer]}");
                }

                next[record.Producer] = record.Number + 1;
                received[record.Producer]++;
            }
        });
        Thread[] threads = [.. Enumerable.Range(0, (int)producers).Select(i => producer.Start((uint)i, each))];
        Array.ForEach(threads, static t => t.Join());
        await reader.DisposeAsync(TimeSpan.FromSeconds(30));
        await loop;
        RingProducer.Counters[] counted = [.. Enumerable.Range(0, (int)producers).Select(i => producer.Counted[(uint)i])];
        return (received, [.. counted.Select(static c => c.Made)], [.. counted.Select(static c => c.Dropped)]);
    }
}
