using System.Net.Sockets;

namespace Hops.Cli.Output;

/// <summary>The families of addresses as JSON spells them.</summary>
internal static class FamilyName
{
    public static string Of(AddressFamily family) => family == AddressFamily.InterNetwork ? "ipv4" : "ipv6";
}
