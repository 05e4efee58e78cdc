using Ebpf.Maps;
using Hops.TestSupport;

namespace Ebpf.Tests.Maps;

public sealed class RingWatchTests
{
    [Fact]
    public void What_nobody_takes_out_wakes_the_thread_once_not_again_and_again()
    {
        Requires.Root();
        using BpfRingBuffer ring = BpfRingBuffer.Create(4096);
        using RingProducer producer = RingProducer.OfRecords(ring);
        int news = 0;
        using RingWatch watch = new(ring, failure =>
        {
            Assert.Null(failure);
            Interlocked.Increment(ref news);
        });
        watch.Start();
        producer.Produce(0, 5);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref news) > 0, TimeSpan.FromSeconds(30)));
        Thread.Sleep(50);

        // Only the first record wakes: it is where the reader stands. Epoll may have seen it once more when it began.
        Assert.InRange(Volatile.Read(ref news), 1, 2);
    }

    [Fact]
    public void A_watch_ends_whether_it_began_or_not()
    {
        Requires.Root();
        using BpfRingBuffer ring = BpfRingBuffer.Create(4096);
        for (int i = 0; i < 100; i++)
        {
            RingWatch watch = new(ring, static _ => { });
            if (i % 3 > 0)
            {
                watch.Start();
            }

            if (i % 3 > 1)
            {
                Thread.Sleep(1);
            }

            watch.Dispose();
        }
    }
}
