using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Hops.Common.Addresses;

/// <summary>
/// Reads addresses and networks of settings, only in the notation of RFC 4291, section 2.2, and RFC 4632, section 3.1. The parsers of .NET also accept the old
/// forms of inet_aton(3): they read <c>198.51.100/24</c> as 198.51.0.0/24, and <c>010.0.0.0/8</c> as 8.0.0.0/8. An IPv4-mapped address is read as the IPv4
/// address, because connections to it use IPv4.
/// </summary>
internal static class AddressNotation
{
    private const int MappedPrefix = 96;

    /// <param name="text">The text in the settings: <c>192.0.2.1</c>, <c>2001:db8::1</c>.</param>
    /// <param name="address">The address.</param>
    /// <param name="problem">The error in the text: a clause without a full stop.</param>
    public static bool TryReadAddress(string text, [NotNullWhen(true)] out IPAddress? address, [NotNullWhen(false)] out string? problem)
    {
        problem = ReadAsWritten(text, out address);
        if (problem is not null)
        {
            address = null;
            return false;
        }

        address = address!.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return true;
    }

    /// <param name="text">The text in the settings: <c>10.1.0.0/16</c>, <c>2001:db8::/32</c>.</param>
    /// <param name="network">The network.</param>
    /// <param name="problem">The error in the text: a clause without a full stop.</param>
    public static bool TryReadNetwork(string text, out IPNetwork network, [NotNullWhen(false)] out string? problem)
    {
        network = default;
        if (text.Split('/') is not [string before, string behind])
        {
            problem = "a network has one '/', between its address and the length of its prefix";
            return false;
        }

        problem = ReadAsWritten(before, out IPAddress? address);
        if (problem is not null)
        {
            return false;
        }

        int bits = address!.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (!TryReadNumber(behind, bits, out int prefix))
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"the length of its prefix is a number from 0 to {bits}");
            return false;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            if (prefix < MappedPrefix)
            {
                problem = string.Create(CultureInfo.InvariantCulture, $"the prefix of an IPv4-mapped network has at least {MappedPrefix} bits");
                return false;
            }

            address = address.MapToIPv4();
            prefix -= MappedPrefix;
        }

        IPAddress first = FirstOf(address, prefix);
        if (!first.Equals(address))
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"it has bits behind its prefix: the network of that address is {first}/{prefix}");
            return false;
        }

        network = new IPNetwork(first, prefix);
        return true;
    }

    /// <summary>Reads decimal digits without sign, space and leading zero, because some programs read <c>010</c> as 8 and others as 10.</summary>
    public static bool TryReadNumber(string text, int most, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= most && (text[0] != '0' || text.Length == 1);

    /// <returns>The error; null if there is none.</returns>
    private static string? ReadAsWritten(string text, out IPAddress? address) =>
        text.Contains(':', StringComparison.Ordinal) ? ReadIPv6(text, out address) : ReadIPv4(text, out address);

    private static string? ReadIPv4(string text, out IPAddress? address)
    {
        string[] parts = text.Split('.');
        byte[] bytes = new byte[4];
        address = null;
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts.Length != bytes.Length || !TryReadNumber(parts[i], byte.MaxValue, out int number))
            {
                return "an IPv4 address has four numbers from 0 to 255, without leading zeros";
            }

            bytes[i] = (byte)number;
        }

        address = new IPAddress(bytes);
        return null;
    }

    private static string? ReadIPv6(string text, out IPAddress? address)
    {
        address = null;
        if (text.Contains('%', StringComparison.Ordinal))
        {
            return "an address has no zone here, which is what stands behind a '%'";
        }

        // The parser of .NET also accepts brackets, a port and a prefix.
        if (text.Any(static c => !char.IsAsciiHexDigit(c) && c is not (':' or '.'))
            || !IPAddress.TryParse(text, out address)
            || address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return "it is not an IPv6 address";
        }

        return text.Contains('.', StringComparison.Ordinal) ? ReadIPv4(text[(text.LastIndexOf(':') + 1)..], out _) : null;
    }

    /// <returns>The address with zeros behind the prefix.</returns>
    private static IPAddress FirstOf(IPAddress address, int prefix)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int i = 0; i < bytes.Length; i++)
        {
            int kept = Math.Clamp(prefix - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xff << (8 - kept));
        }

        return new IPAddress(bytes);
    }
}
