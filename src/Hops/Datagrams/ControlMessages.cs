using System.Buffers.Binary;

namespace Hops.Datagrams;

/// <summary>The control messages that the kernel adds to a datagram (cmsg(3)).</summary>
internal static class ControlMessages
{
    // linux/in.h, linux/in6.h
    public const int SolIp = 0;
    public const int IpTtl = 2;
    public const int IpReceiveTtl = 12;
    public const int SolIpv6 = 41;
    public const int Ipv6ReceiveHopLimit = 51;
    public const int Ipv6HopLimit = 52;

    // struct cmsghdr of 64-bit Linux: a length of 8 bytes, then level and type of 4 each; data and the next header are aligned to 8.
    public const int HeaderSize = 16;

    /// <returns>The TTL, or hop limit, that the messages tell, or 0 where they tell none: one that was cut off is none.</returns>
    public static byte TtlOf(ReadOnlySpan<byte> messages)
    {
        while (messages.Length >= HeaderSize)
        {
            long length = BinaryPrimitives.ReadInt64LittleEndian(messages);
            if (length < HeaderSize || length > messages.Length)
            {
                return 0;
            }

            ReadOnlySpan<byte> data = messages[HeaderSize..(int)length];
            int level = BinaryPrimitives.ReadInt32LittleEndian(messages[8..]);
            int type = BinaryPrimitives.ReadInt32LittleEndian(messages[12..]);
            if ((level, type) is (SolIp, IpTtl) or (SolIpv6, Ipv6HopLimit))
            {
                return data.Length >= sizeof(int) && BinaryPrimitives.ReadInt32LittleEndian(data) is > 0 and <= byte.MaxValue and var ttl ? (byte)ttl : (byte)0;
            }

            messages = messages[Math.Min(messages.Length, ((int)length + 7) & ~7)..];
        }

        return 0;
    }
}
