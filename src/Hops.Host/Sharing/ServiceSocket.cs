using System.Net.Sockets;
using System.Runtime.InteropServices;
using Ebpf;
using Hops.Common.Interop;
using Hops.Sharing;
using Microsoft.Win32.SafeHandles;

namespace Hops.Host.Sharing;

/// <summary>Creates and accepts from the Unix sockets of the services.</summary>
internal static class ServiceSocket
{
    /// <summary>
    /// Removes the socket of a service that has ended without removing it. Callers must hold the <see cref="SharingLock"/>, which a starting service holds
    /// until it listens.
    /// </summary>
    /// <returns>Whether a service listens there.</returns>
    /// <exception cref="SocketException">The kernel refused.</exception>
    public static bool RemoveAbandoned(string path)
    {
        if (!FileOwner.TryRead(path, out FileOwner owner, out _) || !owner.IsSocket)
        {
            // Usually there is nothing. If there is another file, bind(2) fails later.
            return false;
        }

        // Does not wait for a busy service.
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

    /// <summary>Creates a socket and listens.</summary>
    /// <param name="paths">The paths of the folder and the lock.</param>
    /// <param name="path">The path of the socket.</param>
    /// <param name="audience">The users who may connect.</param>
    /// <param name="queue">How many callers may wait.</param>
    /// <exception cref="SharingRefusedException">Another service listens there, or others than root may write to the folder.</exception>
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
            // Connecting needs the permission to write.
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

    /// <summary>Accepts a caller, as a non-blocking socket.</summary>
    /// <param name="listener">A non-blocking listener.</param>
    /// <param name="path">The path of the listener.</param>
    /// <param name="serve">Gets the caller, and must dispose it.</param>
    /// <param name="tell">Called with the reason why callers have to wait.</param>
    /// <returns>Whether to try again at once; false if descriptors or memory are short.</returns>
    /// <exception cref="SocketException">The socket does not listen.</exception>
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

    /// <summary>Returns whether a caller has sent something. The caller cannot send any more after this call.</summary>
    public static unsafe bool HasSent(SafeFileHandle caller)
    {
        int bytes;
        _ = LibC.ShutDown(caller, LibC.ShutDownReceiving);
        return LibC.Control(caller, LibC.BytesToRead, &bytes) != 0 || bytes != 0;
    }

    /// <summary>Waits until a caller has sent something, or has closed its connection.</summary>
    /// <returns>False if the time is over.</returns>
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

    // Not Socket.Accept: it fails for clients that have bound their end to an address longer than this one's.
    private static unsafe int Accept(SafeHandle listener) => LibC.Accept(listener, null, null, LibC.SocketNonBlocking | LibC.SocketCloseOnExec);
}
