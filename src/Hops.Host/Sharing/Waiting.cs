using System.Net.Sockets;
using System.Runtime.InteropServices;
using Hops.Common.Interop;
using Microsoft.Win32.SafeHandles;

namespace Hops.Host.Sharing;

/// <summary>Waits until a listening socket has a caller, a time is over, or <see cref="End"/> is called (<c>poll(2)</c>).</summary>
internal sealed unsafe class Waiting : IDisposable
{
    private readonly SafeHandle _listener;
    private readonly SafeFileHandle _end;

    /// <exception cref="SocketException">No descriptor is free.</exception>
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

    /// <summary>Specifies why a wait ended.</summary>
    public enum Result
    {
        /// <summary>A caller has connected, or the socket does not listen.</summary>
        Caller,

        /// <summary>The time is over.</summary>
        Time,

        /// <summary><see cref="End"/> was called.</summary>
        Ended,
    }

    /// <summary>Ends the current wait and all further ones at once.</summary>
    public void End()
    {
        // The handle is not held: the registration that calls this is disposed, which waits for it, before this object is.
        ulong one = 1;
        _ = LibC.Write((int)_end.DangerousGetHandle(), &one, sizeof(ulong));
    }

    /// <summary>Waits.</summary>
    /// <param name="forCallers">Whether to wait for callers, too.</param>
    /// <param name="milliseconds">How long to wait; -1 without limit.</param>
    public Result Next(bool forCallers, int milliseconds)
    {
        LibC.PollDescriptor* descriptors = stackalloc LibC.PollDescriptor[]
        {
            new() { Descriptor = (int)_end.DangerousGetHandle(), Events = LibC.PollIn },
            new() { Descriptor = (int)_listener.DangerousGetHandle(), Events = LibC.PollIn },
        };
        // A signal or an error counts as the end of the time.
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
