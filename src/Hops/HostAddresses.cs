using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hops;

/// <summary>The addresses of a host, for those who connect by themselves. A <see cref="HopDialer"/> looks them up like this.</summary>
public static class HostAddresses
{
    // RFC 1035, section 2.3.4, less the length bytes and the final dot.
    private const int LongestName = 253;

    /// <summary>Looks a host up.</summary>
    /// <param name="host">A name, also an internationalized one, or an address: <c>192.0.2.1</c>, <c>2001:db8::1</c>, <c>fe80::1%eth0</c>.</param>
    /// <param name="family">IPv4, IPv6, or <see cref="AddressFamily.Unspecified"/> for both.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>At least one address, the one to try first first (RFC 6724). An IPv4-mapped address is given as what it is, IPv4.</returns>
    /// <exception cref="SocketException">
    /// <see cref="SocketError.HostNotFound"/> or <see cref="SocketError.TryAgain"/> when the name does not resolve, <see cref="SocketError.NoData"/> when it has no
    /// address of the wanted family, <see cref="SocketError.HostUnreachable"/> when its interface is not there.
    /// </exception>
    /// <exception cref="ArgumentException">The host is empty or stands in brackets.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static async Task<IPAddress[]> ResolveAsync(string host, AddressFamily family = AddressFamily.Unspecified, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        if (host[0] == '[')
        {
            throw new ArgumentException($"A host stands without brackets and without a port, not '{host}'.", nameof(host));
        }

        IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? literal)
            ? [literal]
            : await LookUpAsync(host, cancellationToken).ConfigureAwait(false);

        // .NET reads an interface that is not there as no zone at all.
        if (literal is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: 0 } && host.Contains('%', StringComparison.Ordinal))
        {
            throw new SocketException((int)SocketError.HostUnreachable, $"There is no interface '{host[(host.IndexOf('%', StringComparison.Ordinal) + 1)..]}' here");
        }

        if (addresses is [var only] && !only.IsIPv4MappedToIPv6 && (family == AddressFamily.Unspecified || only.AddressFamily == family))
        {
            return addresses;
        }

        IPAddress[] wanted =
        [
            .. addresses
                // An IPv4-mapped address is reached over IPv4.
                .Select(static a => a.IsIPv4MappedToIPv6 ? a.MapToIPv4() : a)
                .Where(a => family == AddressFamily.Unspecified || a.AddressFamily == family),
        ];
        if (wanted.Length > 0)
        {
            return wanted;
        }

        string kind = family switch
        {
            AddressFamily.InterNetwork => "IPv4 address",
            AddressFamily.InterNetworkV6 => "IPv6 address",
            _ => "address",
        };
        throw new SocketException((int)SocketError.NoData, $"{host} has no {kind}");
    }

    private static async Task<IPAddress[]> LookUpAsync(string host, CancellationToken cancellationToken)
    {
        string name = ToAscii(host);
        if (name.TrimEnd('.').Length > LongestName)
        {
            throw new SocketException((int)SocketError.HostNotFound, $"A name has at most {LongestName} characters");
        }

        try
        {
            // A look-up that is under way does not stop for the token: it is left to itself.
            return await Dns.GetHostAddressesAsync(name, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            string reason = e.SocketErrorCode == SocketError.TryAgain ? "no name server answered (see /etc/resolv.conf)" : e.Message;
            throw new SocketException((int)e.SocketErrorCode, $"Looking up '{name}' failed: {reason}");
        }
    }

    /// <summary>The name as the DNS wants it: <c>bücher.example</c> becomes <c>xn--bcher-kva.example</c> (RFC 3490). Needs no ICU.</summary>
    private static string ToAscii(string host)
    {
        if (Ascii.IsValid(host))
        {
            return host;
        }

        try
        {
            return new IdnMapping().GetAscii(host.ToLowerInvariant());
        }
        catch (ArgumentException)
        {
            throw new SocketException((int)SocketError.HostNotFound, $"'{host}' is not a valid internationalized name");
        }
    }
}
