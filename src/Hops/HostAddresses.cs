using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Hops.Resolving;

namespace Hops;

/// <summary>Looks up the addresses of a host. A <see cref="HopDialer"/> uses it; applications that connect their own sockets can use it too.</summary>
/// <remarks>
/// Each look-up blocks a thread of its own, <see cref="MaximumLookUps"/> at most. Concurrent requests for the same name share one look-up. Nothing is cached.
/// </remarks>
public static class HostAddresses
{
    // RFC 1035, section 2.3.4, less the length bytes and the final dot.
    private const int LongestName = 253;

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromDays(1);
    private static readonly LookUpLane Lane = new(Dns.GetHostAddresses, 128);

    /// <summary>
    /// Gets or sets the maximum number of names that this process looks up at once. Each look-up blocks a thread until a name server answers or the system's
    /// resolver times out (with one server usually after 10 seconds). Further names are queued. Default: 128.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public static int MaximumLookUps
    {
        get => Lane.Maximum;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            Lane.Maximum = value;
        }
    }

    /// <summary>Looks up the addresses of a host.</summary>
    /// <param name="host">A name, which may be internationalized, or an address: <c>192.0.2.1</c>, <c>2001:db8::1</c>, <c>fe80::1%eth0</c>.</param>
    /// <param name="family">IPv4, IPv6, or <see cref="AddressFamily.Unspecified"/> for both.</param>
    /// <param name="timeout">The limit for the look-up of a name: up to a day, or <see cref="Timeout.InfiniteTimeSpan"/>. Default: 5 seconds.</param>
    /// <param name="cancellationToken">Cancels waiting at once, even if the resolver is blocked.</param>
    /// <returns>At least one address, in order of preference (RFC 6724). IPv4-mapped addresses are returned as IPv4 addresses.</returns>
    /// <exception cref="SocketException">
    /// <see cref="SocketError.HostNotFound"/> if the name does not exist, <see cref="SocketError.TryAgain"/> if no name server answered in time,
    /// <see cref="SocketError.NoData"/> if the name has no address of the requested family, <see cref="SocketError.HostUnreachable"/> if the interface of a
    /// scoped address does not exist.
    /// </exception>
    /// <exception cref="ArgumentException">The host is empty or in brackets, or the timeout is out of range.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static async Task<IPAddress[]> ResolveAsync(
        string host, AddressFamily family = AddressFamily.Unspecified, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        TimeSpan time = InRange(timeout);
        if (Literal(host) is { } literal)
        {
            return OfFamily(host, [literal], family);
        }

        string name = ToAscii(host);
        IPAddress[] addresses;
        try
        {
            addresses = await Lane.LookUpAsync(name, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or TimeoutException)
        {
            throw Explain(name, e);
        }

        return OfFamily(host, addresses, family);
    }

    /// <summary>Looks up the addresses of a host, blocking the calling thread.</summary>
    /// <inheritdoc cref="ResolveAsync"/>
    public static IPAddress[] Resolve(
        string host, AddressFamily family = AddressFamily.Unspecified, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        TimeSpan time = InRange(timeout);
        if (Literal(host) is { } literal)
        {
            return OfFamily(host, [literal], family);
        }

        string name = ToAscii(host);
        IPAddress[] addresses;
        try
        {
            addresses = Lane.LookUp(name, time, cancellationToken);
        }
        catch (Exception e) when (e is SocketException or TimeoutException)
        {
            throw Explain(name, e);
        }

        return OfFamily(host, addresses, family);
    }

    /// <summary>
    /// Returns the addresses of a host in the order in which to try them: the families alternate, starting with the family of the first address (RFC 8305,
    /// section 4), up to a maximum. The maximum is needed because the owner of a name decides how many addresses it has, and each costs a connection.
    /// </summary>
    /// <param name="addresses">In order of preference.</param>
    /// <param name="maximum">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is less than 1.</exception>
    public static IReadOnlyList<IPAddress> Interleave(IReadOnlyList<IPAddress> addresses, int maximum)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum, 1);
        if (addresses.Count <= 1)
        {
            return addresses;
        }

        bool first = IsIPv6(addresses[0]);
        IPAddress[] preferred = [.. addresses.Where(address => IsIPv6(address) == first)];
        IPAddress[] others = [.. addresses.Where(address => IsIPv6(address) != first)];
        int pairs = Math.Min(preferred.Length, others.Length);
        IEnumerable<IPAddress> alternating = preferred.Zip(others).SelectMany(static pair => new[] { pair.First, pair.Second });
        return [.. alternating.Concat(preferred[pairs..]).Concat(others[pairs..]).Take(maximum)];

        // An IPv4-mapped address is reached over IPv4.
        static bool IsIPv6(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6;
    }

    private static TimeSpan InRange(TimeSpan? timeout) => timeout switch
    {
        null => DefaultTimeout,
        { } time when time == Timeout.InfiniteTimeSpan || (time >= TimeSpan.Zero && time <= LongestTimeout) => time,
        _ => throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "The time must be from zero to one day, or infinite."),
    };

    /// <returns>The address, if the host is one; null for a name.</returns>
    private static IPAddress? Literal(string host)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        if (host[0] == '[')
        {
            throw new ArgumentException($"'{host}' is not a host: write it without brackets and without a port.", nameof(host));
        }

        if (!IPAddress.TryParse(host, out IPAddress? literal))
        {
            return null;
        }

        // .NET ignores a zone whose interface does not exist.
        int zone = host.IndexOf('%', StringComparison.Ordinal);
        return literal is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: 0 } && zone >= 0
            ? throw new SocketException((int)SocketError.HostUnreachable, $"There is no interface '{host[(zone + 1)..]}' here")
            : literal;
    }

    private static IPAddress[] OfFamily(string host, IPAddress[] addresses, AddressFamily family)
    {
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

    private static SocketException Explain(string name, Exception e)
    {
        (SocketError error, string reason) = e switch
        {
            SocketException { SocketErrorCode: SocketError.TryAgain } => (SocketError.TryAgain, "no name server answered (see /etc/resolv.conf)"),
            SocketException other => (other.SocketErrorCode, other.Message),
            _ => (SocketError.TryAgain, e.Message),
        };
        return new SocketException((int)error, $"Looking up '{name}' failed: {reason}");
    }

    /// <summary>Converts a name to ASCII for the DNS: <c>bücher.example</c> becomes <c>xn--bcher-kva.example</c> (RFC 3490). Needs no ICU.</summary>
    private static string ToAscii(string host)
    {
        try
        {
            string name = Ascii.IsValid(host) ? host : new IdnMapping().GetAscii(host.ToLowerInvariant());
            return name.TrimEnd('.').Length <= LongestName
                ? name
                : throw new SocketException((int)SocketError.HostNotFound, $"A name has at most {LongestName} characters");
        }
        catch (ArgumentException)
        {
            throw new SocketException((int)SocketError.HostNotFound, $"'{host}' is not a valid internationalized name");
        }
    }
}
