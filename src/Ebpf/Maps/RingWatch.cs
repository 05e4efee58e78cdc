namespace Ebpf.Maps;

/// <summary>The thread that waits in epoll_wait(2) for the kernel to wake a ring buffer's reader.</summary>
/// <remarks>Not thread-safe, but for the thread itself.</remarks>
internal sealed class RingWatch : IDisposable
{
    private readonly EventPoll _poll;
    private readonly string _name;
    private readonly Action<BpfException?> _onNews;
    private bool _hasThread;

    /// <param name="ring">What to watch.</param>
    /// <param name="onNews">Called on the thread when there may be a record, or, with the reason, when the thread must give up.</param>
    /// <exception cref="BpfException">The kernel refused: this process or the system is out of descriptors.</exception>
    public RingWatch(BpfRingBuffer ring, Action<BpfException?> onNews)
    {
        _onNews = onNews;
        _name = ring.Name ?? "ring buffer";
        _poll = new EventPoll(ring.Descriptor);
    }

    /// <summary>Starts the thread if it does not run yet.</summary>
    public void Start()
    {
        if (!_hasThread)
        {
            // It serves every loop: no one's ambient state (AsyncLocal) is its own.
            new Thread(Watch) { IsBackground = true, Name = _name }.UnsafeStart();
            _hasThread = true;
        }
    }

    /// <summary>Has the thread end, and close what it has open, soon.</summary>
    public void Dispose()
    {
        if (_hasThread)
        {
            _poll.Stop();
        }
        else
        {
            _poll.Dispose();
        }
    }

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
