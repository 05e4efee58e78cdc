using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Ebpf;

namespace Hops.Host.Sockets;

/// <summary>
/// Ends sockets of other programs (sock_diag(7), SOCK_DESTROY; Linux 4.9, CONFIG_INET_DIAG_DESTROY): a program that waits for an answer gets ECONNABORTED at
/// once. Works in the network namespace of the thread that created this object. Needs CAP_NET_ADMIN.
/// </summary>
internal sealed class SocketEnding : IDisposable
{
    // linux/sock_diag.h, linux/netlink.h.
    private const ushort Destroy = 21;
    private const ushort RequestAcknowledged = 0x5;

    private const int AllStates = -1;

    // INET_DIAG_NOCOOKIE (linux/inet_diag.h).
    private const ulong AnyCookie = ulong.MaxValue;

    private readonly Socket _netlink;
    private readonly byte[] _buffer = new byte[4096];

    private SocketEnding(Socket netlink) => _netlink = netlink;

    /// <summary>Tests it with a socket of this process, which also makes the kernel load its module before the first real use.</summary>
    /// <returns>Null if this kernel does not end sockets.</returns>
    public static SocketEnding? TryOpen()
    {
        SocketEnding? ending = null;
        try
        {
            ending = new(SocketDiagnosis.Open());
            using Socket own = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            own.Bind(new IPEndPoint(IPAddress.Any, 0));
            own.Listen();
            if (ending.End((IPEndPoint)own.LocalEndPoint!, new IPEndPoint(IPAddress.Any, 0), AnyCookie) == Errno.None)
            {
                return ending;
            }
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Treated as a kernel that does not support this.
        }

        ending?.Dispose();
        return null;
    }

    /// <summary>Ends a TCP socket.</summary>
    /// <param name="local">The local end.</param>
    /// <param name="remote">The remote end.</param>
    /// <param name="cookie">The cookie, so that no other socket is ended.</param>
    /// <returns>None; ENOENT if the socket does not exist any more, EOPNOTSUPP if this kernel does not support this.</returns>
    public Errno End(IPEndPoint local, IPEndPoint remote, ulong cookie)
    {
        Span<byte> request = stackalloc byte[SocketDiagnosis.RequestLength];
        Span<byte> body = SocketDiagnosis.Begin(request, Destroy, RequestAcknowledged, local.AddressFamily);
        BinaryPrimitives.WriteInt32LittleEndian(body[4..], AllStates);
        BinaryPrimitives.WriteUInt16BigEndian(body[8..], (ushort)local.Port);
        BinaryPrimitives.WriteUInt16BigEndian(body[10..], (ushort)remote.Port);
        local.Address.TryWriteBytes(body[12..], out _);
        remote.Address.TryWriteBytes(body[28..], out _);
        BinaryPrimitives.WriteUInt64LittleEndian(body[48..], cookie);
        _netlink.Send(request);
        ReadOnlySpan<byte> answer = _buffer.AsSpan(0, _netlink.Receive(_buffer));
        return answer.Length >= SocketDiagnosis.HeaderLength + 4 && BinaryPrimitives.ReadUInt16LittleEndian(answer[4..]) == SocketDiagnosis.Error
            ? (Errno)(-BinaryPrimitives.ReadInt32LittleEndian(answer[SocketDiagnosis.HeaderLength..]))
            : throw new IOException("The kernel's answer about a socket is not valid.");
    }

    public void Dispose() => _netlink.Dispose();
}
