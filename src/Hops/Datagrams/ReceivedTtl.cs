using System.Buffers.Binary;
using Hops.Common.Interop;

namespace Hops.Datagrams;

/// <summary>The TTL, or hop limit, among the control messages of a datagram (ip(7), ipv6(7)).</summary>
internal static class ReceivedTtl
{
    /// <returns>0 where the messages tell none; a message that was cut off tells none.</returns>
    public static byte Of(ReadOnlySpan<byte> messages)
    {
        ControlMessages all = new(messages);
        while (all.TryNext(out int level, out int type, out ReadOnlySpan<byte> data))
        {
            if ((level, type) is (LibC.SolIp, LibC.IpTtl) or (LibC.SolIpv6, LibC.Ipv6HopLimit))
            {
                return data.Length >= sizeof(int) && BinaryPrimitives.ReadInt32LittleEndian(data) is > 0 and <= byte.MaxValue and var ttl ? (byte)ttl : (byte)0;
            }
        }

        return 0;
    }
}
