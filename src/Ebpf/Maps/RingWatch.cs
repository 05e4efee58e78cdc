using Ebpf.Kernel;

namespace Ebpf.Maps;

/// <summary>The thread that waits in epoll_wait(2) for the kernel to wake a ring buffer's reader.</summary>
internal sealed class RingWatch : IDisposable
{
    private readonly EventPoll _poll;
    private readonly Action<BpfException?> _onNews;

    /// <param name="ring">What to watch.</param>
    /// <param name="onNews">Called on the thread when there may be a record, or, with the reason, when the thread must give up.</param>
    /// <exception cref="BpfException">The kernel refused: this process or the system is out of descriptors.</exception>
    public RingWatch(BpfRingBuffer ring, Action<BpfException?> onNews)
    {
        _onNews = onNews;
        _poll = new EventPoll(ring.Descriptor);
        try
        {
            new Thread(Watch) { IsBackground = true, Name = ring.Name ?? "ring buffer" }.Start();
        }
        catch
        {
            _poll.Dispose();
            throw;
        }
    }

    /// <summary>Has the thread end, and close what it has open, soon.</summary>
    public void Dispose() => _poll.Stop();

    private void Watch()
    {
        try
        {
            while (_poll.Wait())
            {
                _onNews(null);
            }
        }
        catch (BpfException e)
        {
            _onNews(e);
        }
        finally
        {
            _poll.Dispose();
        }
    }
}
