using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Ebpf;
using Hops.Common.Interop;
using Hops.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Hops.Sharing;

/// <summary>
/// A client of a Unix socket for which connecting and receiving together take no longer than it allows. <c>connect(2)</c> to a listener whose queue is full
/// waits without end unless it is told otherwise.
/// </summary>
/// <param name="patience">How long both may take.</param>
internal sealed unsafe class PatientSocket(TimeSpan patience) : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly long _end = Environment.TickCount64 + (long)patience.TotalMilliseconds;

    /// <summary>The user of the process that began to listen; the overflow number (65534) for a user without a number here.</summary>
    public uint PeerUserId => PeerOf(_socket.SafeHandle).UserId;

    private int Rest => (int)Math.Max(1, _end - Environment.TickCount64);

    /// <returns>The error: EAGAIN where the queue was full all the time.</returns>
    public Errno Connect(string path)
    {
        SocketAddress address = new UnixDomainSocketEndPoint(path).Serialize();
        Errno error;
        do
        {
            _socket.SendTimeout = Rest;
            fixed (byte* pointer = address.Buffer.Span)
            {
                error = LibC.Connect(_socket.SafeHandle, pointer, (uint)address.Size) == 0 ? Errno.None : LibC.LastError;
            }
        }
        while (error == Errno.EINTR && Environment.TickCount64 < _end);
        return error;
    }

    /// <summary>Sends a byte, and with it a descriptor.</summary>
    /// <returns>Why it was not sent.</returns>
    public Errno Send(byte content, SafeHandle descriptor)
    {
        Errno error;
        do
        {
            // Nothing else was sent, so there is room.
            error = DescriptorMessage.Send(_socket.SafeHandle, [content], descriptor);
        }
        while (error == Errno.EINTR && Environment.TickCount64 < _end);
        return error;
    }

    /// <inheritdoc cref="DescriptorMessage.Receive"/>
    public nint Receive(Span<byte> content, out SafeFileHandle[] descriptors, out bool isTruncated, out Errno error)
    {
        nint length;
        do
        {
            // With a limit of time a signal interrupts it, and .NET sends some (signal(7)).
            _socket.ReceiveTimeout = Rest;
            length = DescriptorMessage.Receive(_socket.SafeHandle, content, out descriptors, out isTruncated, out error);
        }
        while (error == Errno.EINTR && Environment.TickCount64 < _end);
        return length;
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Returns the process and the user at the other end of a connected Unix socket, as they were when it connected or listened.</summary>
    /// <exception cref="SocketException">The kernel does not say.</exception>
    public static LibC.Credentials PeerOf(SafeHandle socket)
    {
        Span<LibC.Credentials> peer = stackalloc LibC.Credentials[1];
        return SocketValue.Get(socket, LibC.SolSocket, LibC.SoPeerCredentials, MemoryMarshal.AsBytes(peer)) == sizeof(LibC.Credentials)
            ? peer[0]
            : throw new SocketException((int)SocketError.NotConnected, "asking who the peer is failed");
    }
}
