namespace Ebpf.Maps;

/// <summary>The thread that waits in epoll_wait(2) for the kernel to wake a ring buffer's reader.</summary>
/// <remarks>Not thread-safe, except for the thread itself.</remarks>
internal sealed class RingWatch : IDisposable
{
    private readonly EventPoll _poll;
    private readonly string _name;
    private readonly Action<BpfException?> _onNews;
    private bool _hasThread;

    /// <param name="ring">The ring buffer to watch.</param>
    /// <param name="onNews">Called on the thread when there may be a record, or with an exception when waiting has failed.</param>
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
            // The thread serves every loop, so it must not capture the ambient state (AsyncLocal) of one.
            new Thread(Watch) { IsBackground = true, Name = _name }.UnsafeStart();
            _hasThread = true;
        }
    }

    /// <summary>Makes the thread end and close its descriptors soon.</summary>
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
