using System.Net.Sockets;
using Ebpf;

namespace Hops.Sources;

/// <summary>Prepares sockets for being measured.</summary>
internal static class Arming
{
    /// <exception cref="NotSupportedException">The socket's protocol cannot be measured.</exception>
    /// <exception cref="BpfException">The kernel refused for another reason.</exception>
    public static void Arm(ITtlSource source, Socket socket)
    {
        try
        {
            source.Arm(socket);
        }
        catch (Exception e) when (e is BpfException { Errno: Errno.EOPNOTSUPP } or SocketException { SocketErrorCode: SocketError.OperationNotSupported })
        {
            throw new NotSupportedException(
                "This socket cannot be measured: its protocol (such as MPTCP) supports neither a filter nor the socket option; use plain TCP.", e);
        }
    }
}
