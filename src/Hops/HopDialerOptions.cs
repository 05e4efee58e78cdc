using System.Net.Sockets;

namespace Hops;

/// <summary>How a <see cref="HopDialer"/> connects.</summary>
public sealed record HopDialerOptions
{
    /// <summary>How long a connect may take in all, from the look-up of the name on. <see cref="Timeout.InfiniteTimeSpan"/> leaves it to the kernel (about 2 minutes an address). Default: 15 seconds.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long one address has to answer before the next one is tried beside it (RFC 8305, section 5). Default: 250 milliseconds.</summary>
    public TimeSpan AttemptDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary><see cref="AddressFamily.InterNetwork"/> for IPv4 only, <see cref="AddressFamily.InterNetworkV6"/> for IPv6 only. Default: both.</summary>
    public AddressFamily AddressFamily { get; init; } = AddressFamily.Unspecified;

    /// <summary>
    /// Takes the filter off after the reading, by one more system call, so that an established connection pays nothing (else about 100 ns a received packet).
    /// Default: no.
    /// </summary>
    public bool DisarmAfterReading { get; init; }
}
