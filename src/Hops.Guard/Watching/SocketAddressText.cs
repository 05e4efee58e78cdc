using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace Hops.Guard.Watching;

/// <summary>Reads what <see cref="SocketAddress.ToString"/> writes: the family, the size, and the bytes behind the family.</summary>
internal static class SocketAddressText
{
    private const int PortBytes = 2;

    // struct sockaddr_in6 (ipv6(7)): port, flow, address, zone.
    private const int Ipv6Address = 6;
    private const int Ipv6Zone = 22;

    /// <returns>Null where it is no address of IPv4 or IPv6.</returns>
    public static IPEndPoint? Read(string text)
    {
        int open = text.IndexOf('{', StringComparison.Ordinal);
        if (open < 0 || !text.EndsWith('}'))
        {
            return null;
        }

        byte[] bytes =
        [
            .. text[(open + 1)..^1].Split(',').Select(static part => byte.TryParse(part, CultureInfo.InvariantCulture, out byte value) ? value : (byte)0),
        ];
        if (text.StartsWith("InterNetworkV6:", StringComparison.Ordinal) && bytes.Length >= Ipv6Zone + 4)
        {
            uint zone = BitConverter.ToUInt32(bytes, Ipv6Zone);
            IPAddress address = new(bytes.AsSpan(Ipv6Address, 16), zone);
            // Sockets are of both families unless somebody says otherwise.
            return new(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, BinaryPrimitives.ReadUInt16BigEndian(bytes));
        }

        return text.StartsWith("InterNetwork:", StringComparison.Ordinal) && bytes.Length >= PortBytes + 4
            ? new(new IPAddress(bytes.AsSpan(PortBytes, 4)), BinaryPrimitives.ReadUInt16BigEndian(bytes))
            : null;
    }
}
