using System.Net;
using System.Net.Sockets;
using Hops.Cli.Output;

namespace Hops.Cli.Measuring;

/// <summary>
/// What the kernel said of a connect, so that it says whose doing it was. An ICMP message that something is prohibited becomes an error number of a process
/// without rights (Linux: net/ipv6/icmp.c), or of a network without a way (net/ipv4/icmp.c).
/// </summary>
internal static class FailureText
{
    public static string Of(SocketException failure, IPAddress[] addresses)
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
            SocketError.AccessDenied when Array.Exists(addresses, IsForbiddenHere) =>
                $"{message}: a route or a rule of this host forbids this program to connect there",
            SocketError.AccessDenied => $"{Place(message)}: a router or a firewall on the way, or the host, answers that it is prohibited (ICMP)",
            SocketError.HostUnreachable or SocketError.NetworkUnreachable when addresses.Length > 0 && !Array.Exists(addresses, IsForbiddenHere) =>
                $"{message}: so says a router or a firewall on the way, or nobody answered for the next hop ('hops trace' tells more)",
            _ => message,
        };
    }

    /// <summary>Whether this host refuses by itself: a datagram is looked up in the same routes, and passes by the same rules for programs; none is sent.</summary>
    private static bool IsForbiddenHere(IPAddress address)
    {
        try
        {
            using Socket socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(address, 9);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>The end point, which stands behind the kernel's words in parentheses.</summary>
    private static string Place(string message) =>
        message.EndsWith(')') && message.LastIndexOf('(') is >= 0 and int start ? message[(start + 1)..^1] : message;
}
