using System.Diagnostics.CodeAnalysis;
using System.Net;
using Hops.Common.Addresses;

namespace Hops.Cli.Targets;

/// <summary>Represents an address that replaces the look-up of a name.</summary>
/// <param name="Host">The name.</param>
/// <param name="Port">The port of the targets to which it applies; null for all.</param>
/// <param name="Address">The address.</param>
internal sealed record GivenAddress(string Host, int? Port, IPAddress Address)
{
    /// <param name="text"><c>HOST:ADDRESS</c> or <c>HOST:PORT:ADDRESS</c>, with IPv6 addresses in brackets: <c>a:1:2::3</c> could be read in two ways.</param>
    /// <param name="given">The address.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out GivenAddress? given)
    {
        given = null;
        if (text.Split(':', 2) is not [{ Length: > 0 and <= TargetParser.LongestTarget } host, var rest]
            || !new TargetParser().TryParse(host, out _, out _) || IPAddress.TryParse(host, out _))
        {
            return false;
        }

        int? port = null;
        if (rest.Split(':', 2) is [var number, var behind] && !number.StartsWith('['))
        {
            if (!AddressNotation.TryReadNumber(number, ushort.MaxValue, out int read) || read == 0)
            {
                return false;
            }

            (port, rest) = (read, behind);
        }

        bool isBracketed = rest is ['[', .., ']'];
        if (ReadAddress(isBracketed ? rest[1..^1] : rest) is not { } address || isBracketed != rest.Contains(':', StringComparison.Ordinal))
        {
            return false;
        }

        given = new GivenAddress(host.TrimEnd('.'), port, address);
        return true;
    }

    /// <summary>Returns whether it applies to a target. Names are compared without regard to case and a final dot.</summary>
    public bool IsOf(Target target) =>
        (Port ?? target.Port) == target.Port && string.Equals(Host, target.Host.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);

    private static IPAddress? ReadAddress(string text)
    {
        // AddressNotation reads no zones, which link-local addresses need.
        int zone = text.IndexOf('%', StringComparison.Ordinal);
        return !AddressNotation.TryReadAddress(zone < 0 ? text : text[..zone], out IPAddress? address, out _) ? null
            : zone < 0 ? address
            : IPAddress.TryParse(text, out IPAddress? withZone) && withZone.ScopeId != 0 ? withZone : null;
    }
}
