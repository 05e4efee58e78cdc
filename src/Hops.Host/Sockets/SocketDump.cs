using System.Buffers.Binary;
using System.Net.Sockets;

namespace Hops.Host.Sockets;

/// <summary>Lists the TCP sockets of this thread's network namespace (sock_diag(7)), which any process may do.</summary>
internal static class SocketDump
{
    public const int Established = 1;
    public const int Listening = 10;

    // linux/sock_diag.h, linux/netlink.h.
    private const ushort ByFamily = 20;
    private const ushort RequestDump = 0x301;
    private const ushort Done = 3;

    // struct inet_diag_msg (linux/inet_diag.h).
    private const int EntryLength = 72;
    private const int Family = 0;
    private const int State = 1;
    private const int LocalPort = 4;
    private const int LocalAddress = 8;
    private const int Cookie = 44;
    private const int User = 64;
    private const int Inode = 68;

    /// <summary>Returns the sockets of a family that are in one of the states.</summary>
    /// <exception cref="IOException">The kernel refused, or does not support this.</exception>
    /// <exception cref="SocketException">The kernel refused.</exception>
    public static List<Entry> Read(AddressFamily family, params ReadOnlySpan<int> states)
    {
        using Socket socket = SocketDiagnosis.Open();
        Span<byte> request = stackalloc byte[SocketDiagnosis.RequestLength];
        Span<byte> body = SocketDiagnosis.Begin(request, ByFamily, RequestDump, family);
        foreach (int state in states)
        {
            body[4 + (state / 8)] |= (byte)(1 << (state % 8));
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
        while (messages.Length >= SocketDiagnosis.HeaderLength)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(messages);
            if (length < SocketDiagnosis.HeaderLength || length > messages.Length)
            {
                throw new IOException("The kernel's list of sockets is not valid.");
            }

            switch (BinaryPrimitives.ReadUInt16LittleEndian(messages[4..]))
            {
                case Done:
                    return false;
                case SocketDiagnosis.Error:
                    throw new IOException("The kernel does not list sockets.");
                case ByFamily when length >= SocketDiagnosis.HeaderLength + EntryLength:
                    ReadOnlySpan<byte> entry = messages[SocketDiagnosis.HeaderLength..];
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

    private static UInt128 AddressOf(byte family, ReadOnlySpan<byte> bytes) => SocketDiagnosis.IsIpv4(family)
        ? new UInt128(((ulong)BinaryPrimitives.ReadUInt32LittleEndian(bytes) << 32) | 0xffff0000, 0)
        : BinaryPrimitives.ReadUInt128LittleEndian(bytes);

    /// <param name="State"><see cref="Established"/>, <see cref="Listening"/> or another of the kernel's states.</param>
    /// <param name="LocalAddress">The address on this host in network byte order, IPv4 as ::ffff:192.0.2.1.</param>
    /// <param name="LocalPort">The port on this host.</param>
    /// <param name="Cookie">The cookie (<c>SO_COOKIE</c>).</param>
    /// <param name="User">The user ID of the owner.</param>
    /// <param name="Inode">The inode, as in <c>/proc/PID/fd</c>; 0 if no process has the socket.</param>
    public readonly record struct Entry(int State, UInt128 LocalAddress, ushort LocalPort, ulong Cookie, uint User, uint Inode);
}
