using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Hops.Common.Interop;

namespace Hops.Cli.Tracing.Probing;

/// <summary>
/// Represents an ICMP error that the kernel accepted as an answer to a socket's packet: it quotes the socket's addresses and ports, and over TCP a sent
/// sequence number.
/// </summary>
/// <param name="Type">The ICMP type: time exceeded is 11, over IPv6 3.</param>
/// <param name="Code">The ICMP code.</param>
/// <param name="From">The sender.</param>
/// <param name="ReceivedTtl">The TTL with which it arrived; 0 if the kernel does not report it.</param>
/// <seealso href="https://man7.org/linux/man-pages/man7/ip.7.html"/>
internal sealed record IcmpError(byte Type, byte Code, IPAddress From, byte ReceivedTtl)
{
    // struct sock_extended_err of linux/errqueue.h, followed by the sender's address (SO_EE_OFFENDER) with port 0.
    private const int OriginOffset = 4;
    private const int TypeOffset = 5;
    private const int CodeOffset = 6;
    private const int SenderOffset = 16;
    private const int Ipv4Offset = SenderOffset + 4;
    private const int Ipv6Offset = SenderOffset + 8;
    private const int ScopeOffset = Ipv6Offset + 16;
    private const byte OriginIcmp = 2;
    private const byte OriginIcmpv6 = 3;

    private const byte Icmpv4TimeExceeded = 11;
    private const byte Icmpv6TimeExceeded = 3;

    /// <summary>Gets whether the TTL ended on the way (RFC 792; RFC 4443, section 3.3).</summary>
    public bool IsTimeExceeded => Type == (From.AddressFamily == AddressFamily.InterNetwork ? Icmpv4TimeExceeded : Icmpv6TimeExceeded);

    // An error about a packet too large for the path (RFC 792, RFC 4443) does not tell how far packets get.
    private bool IsAboutSize => From.AddressFamily == AddressFamily.InterNetwork ? (Type, Code) == (3, 4) : Type == 2;

    /// <returns>Null if the messages contain no such error.</returns>
    public static IcmpError? Parse(ReadOnlySpan<byte> controlMessages)
    {
        ReadOnlySpan<byte> error = default;
        int ttl = 0;
        ControlMessages all = new(controlMessages);
        while (all.TryNext(out int level, out int type, out ReadOnlySpan<byte> data))
        {
            switch (level, type)
            {
                case (LibC.SolIp, LibC.IpReceiveErrors) or (LibC.SolIpv6, LibC.Ipv6ReceiveErrors):
                    error = data;
                    break;
                case (LibC.SolIp, LibC.IpTtl) or (LibC.SolIpv6, LibC.Ipv6HopLimit) when data.Length >= sizeof(int):
                    ttl = BinaryPrimitives.ReadInt32LittleEndian(data);
                    break;
            }
        }

        IcmpError? told = error.Length >= Ipv4Offset && error[OriginOffset] is OriginIcmp or OriginIcmpv6 && SenderOf(error) is { } from
            ? new(error[TypeOffset], error[CodeOffset], from, ttl is > 0 and <= byte.MaxValue ? (byte)ttl : (byte)0)
            : null;
        return told is { IsAboutSize: true } ? null : told;
    }

    private static IPAddress? SenderOf(ReadOnlySpan<byte> error) => (AddressFamily)BinaryPrimitives.ReadUInt16LittleEndian(error[SenderOffset..]) switch
    {
        AddressFamily.InterNetwork when error.Length >= Ipv4Offset + 4 => new IPAddress(error.Slice(Ipv4Offset, 4)),
        // The number of the family in Linux, not in .NET.
        (AddressFamily)LinuxIpv6 when error.Length >= ScopeOffset + sizeof(uint) =>
            new IPAddress(error.Slice(Ipv6Offset, 16), BinaryPrimitives.ReadUInt32LittleEndian(error[ScopeOffset..])),
        _ => null,
    };

    private const int LinuxIpv6 = 10;
}
