using System.Runtime.InteropServices;
using Ebpf.Maps;
using Hops.TestSupport;

namespace Ebpf.Tests.Maps;

public sealed class BpfRingBufferTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(-4096)]
    [InlineData(2048)]
    [InlineData(4097)]
    [InlineData(12288)]
    public void A_capacity_that_no_ring_buffer_has_is_refused(int capacity) =>
        Assert.Contains("power of two", Assert.Throws<ArgumentOutOfRangeException>(() => BpfRingBuffer.Create(capacity)).Message, StringComparison.Ordinal);

    [Fact]
    public void There_is_one_reader_at_a_time()
    {
        Requires.Root();
        using BpfRingBuffer ring = BpfRingBuffer.Create(4096, "single");
        BpfRingBufferReader<ulong> reader = ring.OpenReader<ulong>();
        Assert.Equal(
            "the map 'single' of type RingBuffer has a reader already: dispose that reader first; a ring buffer has one reader at a time.",
            Assert.Throws<InvalidOperationException>(ring.OpenReader).Message);
        reader.Dispose();
        reader.Dispose();
        Assert.Throws<ObjectDisposedException>(() => reader.TryRead(out ulong _));
        ring.OpenReader().Dispose();
    }

    [Fact]
    public void A_reader_outlives_the_ring_buffers_own_descriptor()
    {
        Requires.Root();
        BpfRingBuffer ring = BpfRingBuffer.Create(4096);
        using RingProducer producer = RingProducer.OfRecords(ring);
        using BpfRingBufferReader<RingProducer.Record> reader = ring.OpenReader<RingProducer.Record>();
        ring.Dispose();
        Assert.Throws<ObjectDisposedException>(ring.OpenReader);
        producer.Produce(0, 1);
        Assert.True(reader.TryRead(out RingProducer.Record record));
        Assert.Equal(default, record);
        Assert.False(reader.TryRead(out record));
    }

    [Fact]
    public void A_record_of_another_size_is_refused_and_stays()
    {
        Requires.Root();
        using BpfRingBuffer ring = BpfRingBuffer.Create(4096);
        using RingProducer producer = RingProducer.OfRecords(ring);
        producer.Produce(0, 1);
        using (BpfRingBufferReader<ulong> reader = ring.OpenReader<ulong>())
        {
            string message = Assert.Throws<InvalidDataException>(() => reader.TryRead(out ulong _)).Message;
            Assert.Contains("has 32 bytes, and UInt64 has 8", message, StringComparison.Ordinal);
            Assert.Throws<InvalidDataException>(() => reader.TryRead(out ulong _));
        }

        using BpfRingBufferReader<byte[]> any = ring.OpenReader();
        Assert.True(any.TryRead(out byte[]? record));
        Assert.Equal(32, record.Length);
    }

    [Fact]
    public void A_ring_that_may_only_be_read_has_no_reader()
    {
        Requires.Root();
        using BpfRingBuffer ring = BpfRingBuffer.Create(4096);
        using (BpfRingBuffer readOnly = BpfRingBuffer.OpenById(ring.GetInfo().Id, BpfMapAccess.ReadOnly))
        {
            Assert.Contains("only a descriptor for reading and writing", Assert.Throws<BpfException>(readOnly.OpenReader).Message, StringComparison.Ordinal);
        }

        // The refused one holds nothing.
        ring.OpenReader().Dispose();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(-5000)]
    public void Positions_that_cannot_be_are_refused(long position)
    {
        Requires.Root();
        using BpfRingBuffer ring = BpfRingBuffer.Create(4096);
        Assert.Equal(Errno.None, MemoryMapping.Map(ring.Descriptor, 0, (nuint)Environment.SystemPageSize, writable: true, out MemoryMapping page));
        using (page)
        {
            // Another process that has the ring could do this.
            Marshal.WriteInt64(page.Address, position);
            Assert.Contains("another process", Assert.Throws<InvalidDataException>(ring.OpenReader).Message, StringComparison.Ordinal);
            Marshal.WriteInt64(page.Address, 0);
            ring.OpenReader().Dispose();
        }
    }

    [Fact]
    public void What_a_full_ring_drops_the_program_counts_and_room_comes_back_with_reading()
    {
        Requires.Root();
        using BpfRingBuffer ring = BpfRingBuffer.Create(4096);
        using RingProducer producer = RingProducer.OfRecords(ring);
        using BpfRingBufferReader<RingProducer.Record> reader = ring.OpenReader<RingProducer.Record>();

        // 40 bytes each: 102 fit in 4,096, less the byte that tells full from empty.
        producer.Produce(0, 200);
        Assert.Equal(new RingProducer.Counters(200, 98), producer.Counted[0]);
        for (ulong i = 0; i < 102; i++)
        {
            Assert.True(reader.TryRead(out RingProducer.Record record));
            Assert.Equal(new RingProducer.Record(i, 0, i, 0), record);
        }

        Assert.False(reader.TryRead(out _));
        producer.Produce(0, 302);
        Assert.Equal(new RingProducer.Counters(302, 98), producer.Counted[0]);
    }

    [Fact]
    public void Records_of_every_size_are_whole_also_where_the_ring_ends()
    {
        Requires.Root();
        using BpfRingBuffer ring = BpfRingBuffer.Create(4096);
        using RingProducer producer = RingProducer.OfManySizes(ring);
        using BpfRingBufferReader<byte[]> reader = ring.OpenReader();
        ulong number = 0;
        for (ulong made = 5; made < 5_000; made += 5)
        {
            producer.Produce(0, made);
            for (; number < made; number++)
            {
                Assert.True(reader.TryRead(out byte[]? record));
                byte[] expected = [.. Enumerable.Repeat(BitConverter.GetBytes(number), 33).SelectMany(static b => b).Take((int)(number & 255) + 8)];
                Assert.Equal(expected, record);
            }

            Assert.False(reader.TryRead(out _));
        }

        Assert.Equal(0ul, producer.Counted[0].Dropped);
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        Requires.Root();
        using BpfRingBuffer ring = BpfRingBuffer.Create(1 << 16);
        using RingProducer producer = RingProducer.OfRecords(ring);
        using BpfRingBufferReader<RingProducer.Record> reader = ring.OpenReader<RingProducer.Record>();
        producer.Produce(0, 1000);
        Assert.True(reader.TryRead(out _));
        long before = GC.GetAllocatedBytesForCurrentThread();
        int count = 0;
        while (reader.TryRead(out _))
        {
            count++;
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(999, count);
    }
}
