using System.Net.Sockets;
using System.Runtime.InteropServices;
using Ebpf;
using Hops.Common.Interop;
using Hops.Sharing;
using Microsoft.Win32.SafeHandles;

namespace Hops.Host.Sharing;

/// <summary>The socket of the service, as others find it.</summary>
internal static class ServiceSocket
{
    /// <summary>
    /// Removes the socket of a service that has ended without doing so. To be called with the <see cref="SharingLock"/> held: a service that starts holds it
    /// until it listens.
    /// </summary>
    /// <returns>Whether somebody listens there.</returns>
    /// <exception cref="SocketException">The kernel refused.</exception>
    public static bool RemoveAbandoned(string path)
    {
        if (!FileOwner.TryRead(path, out FileOwner owner, out _) || !owner.IsSocket)
        {
            // Usually there is nothing. What else is there, binding will tell.
            return false;
        }

        // A service that is busy is not waited for.
        using Socket visitor = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            visitor.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
        {
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return false;
        }
    }

    /// <summary>Makes a socket and listens.</summary>
    /// <param name="paths">Where the folder and the lock are.</param>
    /// <param name="path">The socket's.</param>
    /// <param name="audience">Who may connect.</param>
    /// <param name="queue">How many may wait.</param>
    /// <exception cref="SharingRefusedException">Somebody listens there already, or the folder is not root's.</exception>
    /// <exception cref="SocketException">The kernel refused.</exception>
    public static Socket Listen(SharedPaths paths, string path, Audience audience, int queue)
    {
        SharedFolder.Make(paths.Root);
        using SharingLock held = SharingLock.Take(paths);
        if (RemoveAbandoned(path))
        {
            throw new SharingRefusedException($"another service listens at {path} already", HopRemedyKind.StopOtherService);
        }

        Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            listener.Bind(new UnixDomainSocketEndPoint(path));
            // Connecting takes the permission to write.
            audience.AllowReadingAndWriting(path);
            listener.Listen(queue);
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Accepts a caller, whose socket does not block.</summary>
    /// <param name="listener">One that does not block.</param>
    /// <param name="path">Where it listens.</param>
    /// <param name="serve">Gets the caller, which belongs to it then.</param>
    /// <param name="tell">Is told why callers have to wait.</param>
    /// <returns>Whether accepting is worth another try at once: not where descriptors or memory are short.</returns>
    /// <exception cref="SocketException">It is no socket that listens.</exception>
    public static bool TryAccept(SafeHandle listener, string path, Action<SafeFileHandle> serve, Action<string>? tell)
    {
        int descriptor = Accept(listener);
        if (descriptor >= 0)
        {
            serve(new SafeFileHandle(descriptor, ownsHandle: true));
            return true;
        }

        Errno error = LibC.LastError;
        switch (error)
        {
            case Errno.EAGAIN or Errno.EINTR or Errno.ECONNABORTED:
                return true;
            case Errno.EBADF or Errno.EINVAL or Errno.ENOTSOCK or Errno.EOPNOTSUPP:
                throw new SocketException((int)SocketError.InvalidArgument, $"accepting at {path} failed: {LibC.MessageOf(error)}");
            default:
                tell?.Invoke($"callers have to wait: accepting one failed ({LibC.MessageOf(error)})");
                return false;
        }
    }

    /// <summary>Whether a caller has sent something; from now on none can.</summary>
    public static unsafe bool HasSent(SafeFileHandle caller)
    {
        int bytes;
        _ = LibC.ShutDown(caller, LibC.ShutDownReceiving);
        return LibC.Control(caller, LibC.BytesToRead, &bytes) != 0 || bytes != 0;
    }

    /// <summary>Waits until a caller has sent something, or has gone.</summary>
    /// <returns>False where the time is over.</returns>
    public static unsafe bool WaitForBytes(SafeFileHandle caller, int milliseconds)
    {
        long end = Environment.TickCount64 + milliseconds;
        while (Environment.TickCount64 is var now && now < end)
        {
            LibC.PollDescriptor descriptor = new() { Descriptor = (int)caller.DangerousGetHandle(), Events = LibC.PollIn };
            if (LibC.Poll(&descriptor, 1, (int)(end - now)) > 0)
            {
                return true;
            }
        }

        return false;
    }

    // Not Socket.Accept: it stumbles over clients that have bound their end to an address longer than this one's.
    private static unsafe int Accept(SafeHandle listener) => LibC.Accept(listener, null, null, LibC.SocketNonBlocking | LibC.SocketCloseOnExec);
}
