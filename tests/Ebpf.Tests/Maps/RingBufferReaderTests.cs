using System.Runtime.InteropServices;
using Ebpf.Maps;
using Hops.TestSupport;

namespace Ebpf.Tests.Maps;

/// <summary>Loops over a ring buffer: how they wait, and how they end.</summary>
public sealed class RingBufferReaderTests
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_loop_that_waits_is_woken_for_each_record()
    {
        Requires.Root();
        using BpfRingBuffer ring = BpfRingBuffer.Create(4096);
        using RingProducer producer = RingProducer.OfRecords(ring);
        await using BpfRingBufferReader<RingProducer.Record> reader = ring.OpenReader<RingProducer.Record>();
        await using IAsyncEnumerator<RingProducer.Record> loop = reader.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        for (ulong i = 0; i < 2_000; i++)
        {
            ValueTask<bool> next = loop.MoveNextAsync();
            if (i % 2 == 0)
            {
                // Let it go to sleep in earnest.
                Thread.Yield();
                await Task.Delay(i % 200 == 0 ? 1 : 0, TestContext.Current.CancellationToken);
            }

            Assert.False(next.IsCompleted);
            producer.Produce(0, i + 1);
            Assert.True(await next.AsTask().WaitAsync(LongEnough, TestContext.Current.CancellationToken));
            Assert.Equal(i, loop.Current.Number);
        }
    }

    [Fact]
    public async Task The_room_of_a_large_record_comes_back_while_the_loop_handles_it()
    {
        Requires.Root();
        using BpfRingBuffer ring = BpfRingBuffer.Create(4096);
        // Two fit, a third does not.
        using RingProducer producer = RingProducer.OfSize(ring, 2000);
        await using BpfRingBufferReader<byte[]> reader = ring.OpenReader();
        await using IAsyncEnumerator<byte[]> loop = reader.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        producer.Produce(0, 2);
        for (ulong made = 3; made < 20; made++)
        {
            Assert.True(await loop.MoveNextAsync());
            producer.Produce(0, made);
            Assert.Equal(0UL, producer.Counted[0].Dropped);
        }
    }

    [Fact]
    public async Task No_wake_up_is_lost_however_close_a_record_comes_to_the_loop_going_to_sleep()
    {
        Requires.Root();
        const ulong Count = 20_000;
        using BpfRingBuffer ring = BpfRingBuffer.Create(4096);
        using RingProducer producer = RingProducer.OfRecords(ring);
        BpfRingBufferReader<RingProducer.Record> reader = ring.OpenReader<RingProducer.Record>();
        ulong received = 0;
        Task loop = Task.Run(
            async () =>
            {
                await foreach (RingProducer.Record record in reader)
                {
                    Volatile.Write(ref received, record.Number + 1);
                }
            },
            TestContext.Current.CancellationToken);

        // Each record comes a little later after the last was received: 0 to some microseconds, over and over.
        bool arrived = true;
        for (ulong i = 0; i < Count && arrived; i++)
        {
            producer.Produce(0, i + 1);
            arrived = SpinWait.SpinUntil(() => Volatile.Read(ref received) > i, LongEnough);
            Thread.SpinWait((int)(i % 400));
        }

        await reader.DisposeAsync();
        await loop;
        Assert.True(arrived, $"Nobody woke the loop for record {received}.");
    }

    [Fact]
    public async Task Records_that_are_committed_long_after_they_were_reserved_arrive_and_discarded_ones_do_not()
    {
        Requires.Root();
        const ulong Count = 600;
        using BpfRingBuffer ring = BpfRingBuffer.Create(1 << 16);
        using RingProducer producer = RingProducer.ThatIsSlow(ring, rounds: 20_000);
        BpfRingBufferReader<ulong> reader = ring.OpenReader<ulong>();
        Task<List<ulong>> loop = Task.Run(() => Collect(reader), TestContext.Current.CancellationToken);
        producer.Start(0, Count).Join();
        await reader.DisposeAsync(LongEnough);
        Assert.Equal(Enumerable.Range(0, (int)Count).Where(static i => i % 3 != 2).Select(static i => (ulong)i), await loop);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Disposal_waits_for_a_record_that_is_reserved_only_with_patience(bool patient)
    {
        Requires.Root();
        using BpfRingBuffer ring = BpfRingBuffer.Create(4096);
        using RingProducer producer = RingProducer.ThatIsSlow(ring, rounds: 150_000);
        Assert.Equal(
            Errno.None,
            MemoryMapping.Map(ring.Descriptor, Environment.SystemPageSize, (nuint)Environment.SystemPageSize, writable: false, out MemoryMapping written));
        using (written)
        {
            BpfRingBufferReader<ulong> reader = ring.OpenReader<ulong>();
            Task<List<ulong>> loop = Collect(reader);
            Thread slow = producer.Start(1, 1);
            Assert.True(SpinWait.SpinUntil(() => Marshal.ReadInt64(written.Address) != 0, LongEnough));
            await reader.DisposeAsync(patient ? LongEnough : TimeSpan.Zero);
            List<ulong> records = await loop.WaitAsync(LongEnough, TestContext.Current.CancellationToken);
            slow.Join();
            if (patient)
            {
                Assert.Equal([0ul], records);
            }
            else
            {
                using BpfRingBufferReader<ulong> next = ring.OpenReader<ulong>();
                Assert.Equal(records.Count == 0, next.TryRead(out ulong _));
            }
        }
    }

    [Fact]
    public async Task Disposal_hands_out_what_is_in_the_ring_then_ends_the_loop()
    {
        Requires.Root();
        using BpfRingBuffer ring = BpfRingBuffer.Create(1 << 16);
        using RingProducer producer = RingProducer.OfRecords(ring);
        BpfRingBufferReader<RingProducer.Record> reader = ring.OpenReader<RingProducer.Record>();
        producer.Produce(0, 1000);
        int count = 0;
        bool wasOver = false;
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task loop = Task.Run(
            async () =>
            {
                await foreach (RingProducer.Record record in reader)
                {
                    Assert.Equal((ulong)count++, record.Number);
                    begun.TrySetResult();
                    await goOn.Task;
                }

                wasOver = true;
            },
            TestContext.Current.CancellationToken);
        await begun.Task;
        Task disposal = reader.DisposeAsync(LongEnough).AsTask();

        // Disposing does not wait for later records.
        producer.Produce(0, 1100);
        Assert.False(disposal.IsCompleted);
        goOn.SetResult();
        await disposal;
        await loop;
        Assert.True(wasOver);
        Assert.Equal(1000, count);
        Assert.Throws<ObjectDisposedException>(() => reader.GetAsyncEnumerator(TestContext.Current.CancellationToken));

        // It is still in the ring, for the next.
        using BpfRingBufferReader<RingProducer.Record> next = ring.OpenReader<RingProducer.Record>();
        Assert.True(next.TryRead(out RingProducer.Record later));
        Assert.Equal(1000ul, later.Number);
    }

    [Fact]
    public async Task Disposal_from_another_thread_ends_a_loop_that_waits()
    {
        Requires.Root();
        using BpfRingBuffer ring = BpfRingBuffer.Create(4096);
        for (int i = 0; i < 200; i++)
        {
            BpfRingBufferReader<ulong> reader = ring.OpenReader<ulong>();
            Task<List<ulong>> loop = Task.Run(() => Collect(reader), TestContext.Current.CancellationToken);
            if (i % 2 == 0)
            {
                Thread.Yield();
            }

            if (i % 4 < 2)
            {
                await reader.DisposeAsync(LongEnough);
            }
            else
            {
                reader.Dispose();
            }

            try
            {
                Assert.Empty(await loop.WaitAsync(LongEnough, TestContext.Current.CancellationToken));
            }
            catch (ObjectDisposedException)
            {
                // The loop had not begun.
            }

            // The memory goes when the loop has ended.
            BpfRingBufferReader<ulong> next = ring.OpenReader<ulong>();
            next.Dispose();
        }
    }

    [Fact]
    public async Task Disposal_gives_up_on_a_loop_that_is_stuck()
    {
        Requires.Root();
        using BpfRingBuffer ring = BpfRingBuffer.Create(4096);
        using RingProducer producer = RingProducer.OfRecords(ring);
        BpfRingBufferReader<RingProducer.Record> reader = ring.OpenReader<RingProducer.Record>();
        producer.Produce(0, 10);
        int count = 0;
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task loop = Task.Run(
            async () =>
            {
                await foreach (RingProducer.Record _ in reader)
                {
                    count++;
                    begun.TrySetResult();
                    await goOn.Task;
                }
            },
            TestContext.Current.CancellationToken);
        await begun.Task;
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await reader.DisposeAsync(TimeSpan.MaxValue));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await reader.DisposeAsync(TimeSpan.FromTicks(-1)));
        await reader.DisposeAsync(TimeSpan.FromMilliseconds(20));

        // The stuck loop still is the reader.
        Assert.Throws<InvalidOperationException>(ring.OpenReader);
        goOn.SetResult();
        await loop;
        Assert.Equal(1, count);
        ring.OpenReader().Dispose();
    }

    [Fact]
    public async Task Cancellation_ends_a_loop_that_waits_and_one_that_reads_and_loses_nothing()
    {
        Requires.Root();
        using BpfRingBuffer ring = BpfRingBuffer.Create(1 << 16);
        using RingProducer producer = RingProducer.OfRecords(ring);
        await using BpfRingBufferReader<RingProducer.Record> reader = ring.OpenReader<RingProducer.Record>();
        ulong next = 0;
        for (ulong round = 1; round <= 100; round++)
        {
            producer.Produce(0, round * 10);
            using CancellationTokenSource stop = new();
            ulong pause = next + 5;
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (RingProducer.Record record in reader.WithCancellation(stop.Token))
                {
                    Assert.Equal(next++, record.Number);
                    if (round % 2 == 0 && next == pause)
                    {
                        await stop.CancelAsync();
                    }
                    else if (round % 2 == 1 && next == round * 10)
                    {
                        stop.CancelAfter(1);
                    }
                }
            });
        }

        // Each even round left five, each odd one read all.
        Assert.Equal(995ul, next);
        await using IAsyncEnumerator<RingProducer.Record> late = reader.GetAsyncEnumerator(new CancellationToken(true));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await late.MoveNextAsync());
    }

    [Fact]
    public async Task A_loop_goes_on_where_the_one_before_was_left_and_two_at_a_time_are_refused()
    {
        Requires.Root();
        using BpfRingBuffer ring = BpfRingBuffer.Create(4096);
        using RingProducer producer = RingProducer.OfRecords(ring);
        await using BpfRingBufferReader<RingProducer.Record> reader = ring.OpenReader<RingProducer.Record>();
        producer.Produce(0, 20);
        ulong next = 0;
        for (int loops = 0; loops < 4; loops++)
        {
            await foreach (RingProducer.Record record in reader)
            {
                Assert.Equal(next++, record.Number);
                Assert.Throws<InvalidOperationException>(() => reader.TryRead(out RingProducer.Record _));
                Assert.Throws<InvalidOperationException>(() => reader.GetAsyncEnumerator(TestContext.Current.CancellationToken));
                if (next % 5 == 0)
                {
                    break;
                }
            }
        }

        Assert.Equal(20ul, next);
        Assert.False(reader.TryRead(out RingProducer.Record _));
    }

    [Fact]
    public async Task An_enumerator_that_waits_is_not_disposed_under_its_own_feet()
    {
        Requires.Root();
        using BpfRingBuffer ring = BpfRingBuffer.Create(4096);
        BpfRingBufferReader<ulong> reader = ring.OpenReader<ulong>();
        IAsyncEnumerator<ulong> loop = reader.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        ValueTask<bool> next = loop.MoveNextAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await loop.DisposeAsync());
        reader.Dispose();
        Assert.False(await next);
        Assert.False(await loop.MoveNextAsync());
        await loop.DisposeAsync();
    }

    [Fact]
    public async Task A_record_of_another_size_ends_a_loop_that_waits_with_an_error()
    {
        Requires.Root();
        using BpfRingBuffer ring = BpfRingBuffer.Create(4096);
        using RingProducer producer = RingProducer.OfRecords(ring);
        await using BpfRingBufferReader<ulong> reader = ring.OpenReader<ulong>();
        Task<List<ulong>> loop = Collect(reader);
        producer.Produce(0, 1);
        Assert.Contains("32 bytes", (await Assert.ThrowsAsync<InvalidDataException>(() => loop)).Message, StringComparison.Ordinal);
    }

    private static async Task<List<T>> Collect<T>(BpfRingBufferReader<T> reader)
    {
        List<T> records = [];
        await foreach (T record in reader)
        {
            records.Add(record);
        }

        return records;
    }
}
