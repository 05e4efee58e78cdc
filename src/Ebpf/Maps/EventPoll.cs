using Ebpf.SystemCalls;
using Hops.Common.Interop;

namespace Ebpf.Maps;

/// <summary>Waits for an event of one descriptor, or for <see cref="Stop"/>. One thread waits; any thread may stop it.</summary>
/// <remarks>
/// Edge-triggered: it reacts to the kernel's wake-ups, not to the state. A ring buffer whose first record is reserved and not committed yet counts as readable,
/// so waiting for the state would return at once, again and again, until the program commits.
/// </remarks>
internal sealed unsafe class EventPoll : IDisposable
{
    private readonly FileDescriptor _epoll = new();
    private readonly FileDescriptor _stop = new();
    private volatile bool _stopped;

    /// <exception cref="BpfException">The kernel refused: this process or the system is out of descriptors.</exception>
    public EventPoll(FileDescriptor watched)
    {
        try
        {
            _epoll.Own(Checked("epoll_create1", LibC.EpollCreate(LibC.EpollCloseOnExec)));
            _stop.Own(Checked("eventfd", LibC.CreateEvent(0, LibC.EventCloseOnExec)));
            Add(watched);
            Add(_stop);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <returns>False after <see cref="Stop"/>. True may be spurious.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool Wait()
    {
        using DescriptorLease epoll = new(_epoll);
        LibC.EpollEvent happened;
        if (!_stopped && LibC.EpollWait(epoll.Number, &happened, 1, -1) < 0 && LibC.LastError is var error and not Errno.EINTR)
        {
            throw new BpfException("epoll_wait", error, "Waiting for a descriptor failed");
        }

        return !_stopped;
    }

    /// <summary>Ends the wait, and each later one. The waiting thread may dispose this object at the same time, or may have disposed it before.</summary>
    public void Stop()
    {
        try
        {
            // Leased before the waiting thread can wake, so that the number still belongs to this event when it is written to.
            using DescriptorLease stop = new(_stop);
            _stopped = true;
            ulong one = 1;
            _ = LibC.Write(stop.Number, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
        }
    }

    public void Dispose()
    {
        _epoll.Dispose();
        _stop.Dispose();
    }

    private void Add(FileDescriptor descriptor)
    {
        using DescriptorLease epoll = new(_epoll);
        using DescriptorLease lease = new(descriptor);
        LibC.EpollEvent change = new() { Events = LibC.EpollIn | LibC.EpollEdgeTriggered };
        _ = Checked("epoll_ctl", LibC.EpollControl(epoll.Number, LibC.EpollControlAdd, lease.Number, &change));
    }

    private static int Checked(string call, int result) =>
        result >= 0 ? result : throw new BpfException(call, LibC.LastError, "Preparing to wait for a descriptor failed");
}
