using System.Net;
using System.Net.Sockets;

namespace Hops.Tests;

public sealed class HostAddressesTests
{
    [Theory]
    [InlineData("::1 ::2 1.1.1.1 1.1.1.2", 9, "::1 1.1.1.1 ::2 1.1.1.2")]
    [InlineData("1.1.1.1 1.1.1.2 ::1", 9, "1.1.1.1 ::1 1.1.1.2")]
    [InlineData("::1 ::2 ::3", 9, "::1 ::2 ::3")]
    [InlineData("1.1.1.1 ::1 ::2 ::3", 9, "1.1.1.1 ::1 ::2 ::3")]
    // Both families are among those that are tried.
    [InlineData("1.1.1.1 1.1.1.2 1.1.1.3 ::1 ::2", 2, "1.1.1.1 ::1")]
    [InlineData("1.1.1.1 1.1.1.2 1.1.1.3 ::1", 3, "1.1.1.1 ::1 1.1.1.2")]
    [InlineData("1.1.1.1 1.1.1.2", 1, "1.1.1.1")]
    // An IPv4-mapped address is IPv4.
    [InlineData("::ffff:1.1.1.1 1.1.1.2 ::1", 2, "::ffff:1.1.1.1 ::1")]
    public void Families_alternate_the_first_one_leads_and_there_is_a_maximum(string addresses, int maximum, string expected) =>
        Assert.Equal(expected, string.Join(' ', HostAddresses.Interleave([.. addresses.Split(' ').Select(IPAddress.Parse)], maximum)));

    [Theory]
    [InlineData("127.0.0.1", AddressFamily.Unspecified, "127.0.0.1")]
    [InlineData("::ffff:127.0.0.1", AddressFamily.InterNetwork, "127.0.0.1")]
    [InlineData("localhost", AddressFamily.InterNetwork, "127.0.0.1")]
    [InlineData("LOCALHOST", AddressFamily.InterNetwork, "127.0.0.1")]
    public async Task Blocking_or_not_the_addresses_are_the_same(string host, AddressFamily family, string expected)
    {
        Assert.Equal(expected, string.Join(' ', HostAddresses.Resolve(host, family, cancellationToken: TestContext.Current.CancellationToken).AsEnumerable()));
        IPAddress[] addresses = await HostAddresses.ResolveAsync(host, family, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(expected, string.Join(' ', addresses.AsEnumerable()));
    }

    [Theory]
    [InlineData("127.0.0.1", AddressFamily.InterNetworkV6, SocketError.NoData, "127.0.0.1 has no IPv6 address")]
    [InlineData("fe80::1%nowhere", AddressFamily.Unspecified, SocketError.HostUnreachable, "There is no interface 'nowhere' here")]
    [InlineData("xn--a\u00fc.example", AddressFamily.Unspecified, SocketError.HostNotFound, "is not a valid internationalized name")]
    public async Task Blocking_or_not_the_failures_are_the_same(string host, AddressFamily family, SocketError error, string message)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        SocketException blocking = Assert.Throws<SocketException>(() => HostAddresses.Resolve(host, family, cancellationToken: cancellationToken));
        SocketException other = await Assert.ThrowsAsync<SocketException>(() => HostAddresses.ResolveAsync(host, family, cancellationToken: cancellationToken));
        Assert.Equal((error, other.Message), (blocking.SocketErrorCode, blocking.Message));
        Assert.Equal(error, other.SocketErrorCode);
        Assert.Contains(message, other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_takes_no_time_and_nonsense_is_refused()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        Assert.Equal([IPAddress.Loopback], await HostAddresses.ResolveAsync("127.0.0.1", timeout: TimeSpan.Zero, cancellationToken: cancellationToken));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => HostAddresses.ResolveAsync("localhost", timeout: TimeSpan.FromDays(2), cancellationToken: cancellationToken));
        Assert.Throws<ArgumentOutOfRangeException>(static () => HostAddresses.MaximumLookUps = 0);
    }
}
