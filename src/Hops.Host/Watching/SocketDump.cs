using System.Buffers.Binary;
using System.Net.Sockets;
using Hops.Common.Interop;

namespace Hops.Host.Watching;

/// <summary>The TCP sockets of this thread's network namespace, as the kernel lists them (sock_diag(7)): any process may ask.</summary>
internal static class SocketDump
{
    public const int Established = 1;
    public const int Listening = 10;

    // linux/sock_diag.h, linux/netlink.h.
    private const ushort ByFamily = 20;
    private const ushort RequestDump = 0x301;
    private const ushort Done = 3;
    private const ushort Error = 2;

    // struct nlmsghdr, and behind it struct inet_diag_req_v2 or struct inet_diag_msg (linux/inet_diag.h).
    private const int HeaderLength = 16;
    private const int RequestLength = 56;
    private const int EntryLength = 72;
    private const int Family = 0;
    private const int State = 1;
    private const int LocalPort = 4;
    private const int LocalAddress = 8;
    private const int Cookie = 44;
    private const int User = 64;
    private const int Inode = 68;

    // AF_INET, AF_INET6.
    private const byte Ipv4 = 2;
    private const byte Ipv6 = 10;

    /// <exception cref="IOException">The kernel refused, or has no such list.</exception>
    /// <exception cref="SocketException">The same.</exception>
    public static List<Entry> Read(AddressFamily family, params ReadOnlySpan<int> states)
    {
        int descriptor = LibC.Socket(LibC.NetlinkDomain, LibC.RawType | LibC.SocketCloseOnExec, LibC.NetlinkSocketDiagnosis);
        if (descriptor < 0)
        {
            throw new IOException($"There is no socket that lists sockets: {LibC.MessageOf(LibC.LastError)}.");
        }

        using Socket socket = new(new SafeSocketHandle(descriptor, ownsHandle: true));
        Span<byte> request = stackalloc byte[HeaderLength + RequestLength];
        request.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(request, request.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(request[4..], ByFamily);
        BinaryPrimitives.WriteUInt16LittleEndian(request[6..], RequestDump);
        request[HeaderLength] = family == AddressFamily.InterNetwork ? Ipv4 : Ipv6;
        request[HeaderLength + 1] = (byte)ProtocolType.Tcp;
        foreach (int state in states)
        {
            request[HeaderLength + 4 + (state / 8)] |= (byte)(1 << (state % 8));
        }

        socket.Send(request);
        List<Entry> entries = [];
        byte[] buffer = new byte[64 * 1024];
        while (Take(buffer.AsSpan(0, socket.Receive(buffer)), entries))
        {
        }

        return entries;
    }

    /// <returns>Whether more is to come.</returns>
    private static bool Take(ReadOnlySpan<byte> messages, List<Entry> entries)
    {
        while (messages.Length >= HeaderLength)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(messages);
            if (length < HeaderLength || length > messages.Length)
            {
                throw new IOException("The kernel's list of sockets makes no sense.");
            }

            switch (BinaryPrimitives.ReadUInt16LittleEndian(messages[4..]))
            {
                case Done:
                    return false;
                case Error:
                    throw new IOException("The kernel does not list sockets.");
                case ByFamily when length >= HeaderLength + EntryLength:
                    ReadOnlySpan<byte> entry = messages[HeaderLength..];
                    entries.Add(new(
                        entry[State],
                        AddressOf(entry[Family], entry[LocalAddress..]),
                        BinaryPrimitives.ReadUInt16BigEndian(entry[LocalPort..]),
                        BinaryPrimitives.ReadUInt64LittleEndian(entry[Cookie..]),
                        BinaryPrimitives.ReadUInt32LittleEndian(entry[User..]),
                        BinaryPrimitives.ReadUInt32LittleEndian(entry[Inode..])));
                    break;
            }

            messages = messages[Math.Min((length + 3) & ~3, messages.Length)..];
        }

        return true;
    }

    private static UInt128 AddressOf(byte family, ReadOnlySpan<byte> bytes) => family == Ipv4
        ? new UInt128(((ulong)BinaryPrimitives.ReadUInt32LittleEndian(bytes) << 32) | 0xffff0000, 0)
        : BinaryPrimitives.ReadUInt128LittleEndian(bytes);

    /// <param name="State"><see cref="Established"/>, <see cref="Listening"/> or another of the kernel's states.</param>
    /// <param name="LocalAddress">The address on this host, as in <see cref="Listener"/>.</param>
    /// <param name="LocalPort">The port on this host.</param>
    /// <param name="Cookie">What <c>SO_COOKIE</c> tells.</param>
    /// <param name="User">Whose it is.</param>
    /// <param name="Inode">What <c>/proc/PID/fd</c> shows of it; 0 where no process has it.</param>
    public readonly record struct Entry(int State, UInt128 LocalAddress, ushort LocalPort, ulong Cookie, uint User, uint Inode);
}
