using System.Net.Sockets;
using Hops.Sharing;

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
    public static bool RemoveAbandoned(SharedPaths paths)
    {
        if (!FileOwner.TryRead(paths.Socket, out FileOwner owner, out _) || !owner.IsSocket)
        {
            // Usually there is nothing. What else is there, binding will tell.
            return false;
        }

        // A service that is busy is not waited for.
        using Socket visitor = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            visitor.Connect(new UnixDomainSocketEndPoint(paths.Socket));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
        {
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(paths.Socket);
            return false;
        }
    }
}
