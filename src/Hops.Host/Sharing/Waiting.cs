using System.Net.Sockets;
using System.Runtime.InteropServices;
using Hops.Common.Interop;
using Microsoft.Win32.SafeHandles;

namespace Hops.Host.Sharing;

/// <summary>Waits for a caller of a listening socket, for some time, or for the end (<c>poll(2)</c>).</summary>
internal sealed unsafe class Waiting : IDisposable
{
    private readonly SafeHandle _listener;
    private readonly SafeFileHandle _end;

    /// <exception cref="SocketException">No descriptor is left.</exception>
    public Waiting(SafeHandle listener)
    {
        _end = new(LibC.CreateEvent(0, LibC.EventCloseOnExec), ownsHandle: true);
        if (_end.IsInvalid)
        {
            throw new SocketException((int)SocketError.TooManyOpenSockets, $"eventfd failed: {LibC.LastErrorMessage}");
        }

        bool held = false;
        listener.DangerousAddRef(ref held);
        _listener = listener;
    }

    /// <summary>What came.</summary>
    public enum Result
    {
        /// <summary>Somebody connected, or the listening socket is not one.</summary>
        Caller,

        /// <summary>The time is over.</summary>
        Time,

        /// <summary><see cref="End"/> was called.</summary>
        Ended,
    }

    /// <summary>Lets the wait that is going on, and all further ones, end at once.</summary>
    public void End()
    {
        // The handle is not held: the registration that calls this is disposed, which waits for it, before this object is.
        ulong one = 1;
        _ = LibC.Write((int)_end.DangerousGetHandle(), &one, sizeof(ulong));
    }

    /// <param name="forCallers">Whether also for callers.</param>
    /// <param name="milliseconds">How long; -1 without limit.</param>
    public Result Next(bool forCallers, int milliseconds)
    {
        LibC.PollDescriptor* descriptors = stackalloc LibC.PollDescriptor[]
        {
            new() { Descriptor = (int)_end.DangerousGetHandle(), Events = LibC.PollIn },
            new() { Descriptor = (int)_listener.DangerousGetHandle(), Events = LibC.PollIn },
        };
        // Where a signal interrupts it, or it fails, that counts as the end of the time.
        int ready = LibC.Poll(descriptors, forCallers ? 2u : 1u, milliseconds);
        return ready <= 0 ? Result.Time
            : descriptors[0].Returned != 0 ? Result.Ended
            : Result.Caller;
    }

    public void Dispose()
    {
        _listener.DangerousRelease();
        _end.Dispose();
    }
}
