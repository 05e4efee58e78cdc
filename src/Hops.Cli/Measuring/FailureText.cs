using System.Net;
using System.Net.Sockets;
using Hops.Cli.Measuring.Methods;
using Hops.Cli.Output;

namespace Hops.Cli.Measuring;

/// <summary>
/// What the kernel said of a connect, so that it says whose doing it was. An ICMP message that something is prohibited becomes an error number of a process
/// without rights (Linux: net/ipv6/icmp.c), or of a network without a way (net/ipv4/icmp.c).
/// </summary>
internal static class FailureText
{
    /// <param name="failure">What it said.</param>
    /// <param name="addresses">Those that were tried.</param>
    /// <param name="prepare">What was done to the sockets before they connected; null for nothing.</param>
    public static string Of(SocketException failure, IPAddress[] addresses, Action<Socket>? prepare)
    {
        string message = failure.Message;
        foreach (IPAddress address in addresses)
        {
            // A zone as people write it.
            message = address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0
                ? message.Replace(address.ToString(), EndPointText.Of(address), StringComparison.Ordinal)
                : message;
        }

        return failure.SocketErrorCode switch
        {
            SocketError.AccessDenied when Array.Exists(addresses, IsForbidden) =>
                $"{message}: a route or a rule of this host forbids this program to connect there",
            SocketError.AccessDenied => $"prohibited{Place(message)}: a router or a firewall on the way, or the host, says so (ICMP)",
            SocketError.InvalidArgument => $"{message}: a route of this host discards what goes there, or the address to connect from cannot reach it",
            SocketError.HostUnreachable or SocketError.NetworkUnreachable when addresses.Length > 0 && !Array.Exists(addresses, IsForbidden) =>
                $"{message}: a router or a firewall on the way says so, or the next hop does not answer ('hops trace' tells more)",
            _ => message,
        };

        // TCP has no groups: the kernel refuses those itself.
        bool IsForbidden(IPAddress address) => address.IsIPv6Multicast || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes()[0] >= 224)
            || IsForbiddenHere(address, prepare);
    }

    /// <summary>Whether this host refuses by itself: a datagram is looked up in the same routes, and passes by the same rules for programs; none is sent.</summary>
    private static bool IsForbiddenHere(IPAddress address, Action<Socket>? prepare)
    {
        try
        {
            using Socket socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            prepare?.Invoke(socket);
            socket.Connect(address, 9);
            return false;
        }
        catch (Exception e) when (e is SocketException or FailureException)
        {
            return true;
        }
    }

    /// <summary>The end point, which stands behind the kernel's words in parentheses.</summary>
    private static string Place(string message) => message.EndsWith(')') && message.LastIndexOf('(') is >= 0 and int start ? $" {message[start..]}" : "";
}
