using System.Net;
using System.Net.Sockets;
using Hops.Cli.Measuring.Methods;
using Hops.Cli.Output;

namespace Hops.Cli.Measuring;

/// <summary>
/// Turns the error of a connect into a message that names the cause: the network, or this host. Linux turns an ICMP message of a prohibition into
/// the error number of missing rights (net/ipv6/icmp.c), or of a missing route (net/ipv4/icmp.c).
/// </summary>
internal static class FailureText
{
    /// <param name="failure">The error of the connect.</param>
    /// <param name="addresses">The addresses that were tried.</param>
    /// <param name="prepare">Prepares a socket as those that connected; null where nothing was prepared.</param>
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
            SocketError.AccessDenied => $"prohibited{Place(message)}: reported by a router or a firewall on the way, or by the host (ICMP)",
            SocketError.InvalidArgument => $"{message}: a route of this host discards packets to it, or the source address cannot reach it",
            SocketError.HostUnreachable or SocketError.NetworkUnreachable when addresses.Length > 0 && !Array.Exists(addresses, IsForbidden) =>
                $"{message}: reported by a router or a firewall on the way, or the next hop does not answer ('hops trace' shows more)",
            _ => message,
        };

        // TCP has no multicast: the kernel itself refuses such addresses.
        bool IsForbidden(IPAddress address) => address.IsIPv6Multicast
            || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes()[0] >= 224)
            || IsForbiddenHere(address, prepare);
    }

    /// <summary>
    /// Whether this host itself forbids the address. Connecting a UDP socket uses the same routes and the same rules for programs, and sends nothing.
    /// </summary>
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

    /// <summary>The end point in parentheses that ends the message.</summary>
    private static string Place(string message) => message.EndsWith(')') && message.LastIndexOf('(') is >= 0 and int start ? $" {message[start..]}" : "";
}
