using System.Net.Sockets;

namespace Hops.Cli.Output;

/// <summary>Formats address families as JSON has them.</summary>
internal static class FamilyName
{
    public static string Of(AddressFamily family) => family == AddressFamily.InterNetwork ? "ipv4" : "ipv6";
}
