using System.Buffers.Binary;
using System.Net.Sockets;
using Hops.Common.Interop;

namespace Hops.Host.Sockets;

/// <summary>
/// Builds requests to the kernel about sockets (sock_diag(7)): <c>struct nlmsghdr</c>, followed by <c>struct inet_diag_req_v2</c> (linux/inet_diag.h).
/// </summary>
internal static class SocketDiagnosis
{
    public const int HeaderLength = 16;
    public const int RequestLength = HeaderLength + 56;

    /// <summary>The type of an answer with an error code, or zero for success: NLMSG_ERROR.</summary>
    public const ushort Error = 2;

    // AF_INET, AF_INET6.
    private const byte Ipv4 = 2;
    private const byte Ipv6 = 10;

    /// <summary>Opens a socket for requests in the network namespace of this thread.</summary>
    /// <exception cref="IOException">The kernel has no such sockets, or refused.</exception>
    public static Socket Open()
    {
        int descriptor = LibC.Socket(LibC.NetlinkDomain, LibC.RawType | LibC.SocketCloseOnExec, LibC.NetlinkSocketDiagnosis);
        return descriptor >= 0
            ? new(new SafeSocketHandle(descriptor, ownsHandle: true))
            : throw new IOException($"The kernel gives no information about sockets (sock_diag): {LibC.MessageOf(LibC.LastError)}.");
    }

    /// <summary>Writes the beginning of a request about TCP sockets.</summary>
    /// <param name="request">The buffer, of <see cref="RequestLength"/> bytes.</param>
    /// <param name="type">The message's type.</param>
    /// <param name="flags">The message's flags.</param>
    /// <param name="family">The address family of the sockets.</param>
    /// <returns>The bytes after the header.</returns>
    public static Span<byte> Begin(Span<byte> request, ushort type, ushort flags, AddressFamily family)
    {
        request.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(request, request.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(request[4..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(request[6..], flags);
        Span<byte> body = request[HeaderLength..];
        body[0] = family == AddressFamily.InterNetwork ? Ipv4 : Ipv6;
        body[1] = (byte)ProtocolType.Tcp;
        return body;
    }

    /// <summary>Returns whether an address family of the kernel is IPv4.</summary>
    public static bool IsIpv4(byte family) => family == Ipv4;
}
