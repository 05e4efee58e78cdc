using System.Net.Sockets;
using Ebpf;

namespace Hops.Datagrams;

/// <summary>The errors of recvmsg(2) as .NET names them.</summary>
internal static class ReceiveError
{
    public static SocketException Of(Errno error)
    {
        SocketError known = error switch
        {
            Errno.EPERM or Errno.EACCES => SocketError.AccessDenied,
            Errno.EBADF => SocketError.OperationAborted,
            Errno.EMSGSIZE => SocketError.MessageSize,
            Errno.ENETDOWN => SocketError.NetworkDown,
            Errno.ENETUNREACH => SocketError.NetworkUnreachable,
            Errno.ENOTCONN => SocketError.NotConnected,
            Errno.ECONNREFUSED => SocketError.ConnectionRefused,
            Errno.EHOSTDOWN => SocketError.HostDown,
            Errno.EHOSTUNREACH => SocketError.HostUnreachable,
            _ => SocketError.SocketError,
        };
        return known == SocketError.SocketError ? new((int)known, $"Receiving a datagram failed (recvmsg: errno {(int)error})") : new((int)known);
    }
}
