using System.Net.Sockets;

namespace Hops;

/// <summary>Provides options for a <see cref="HopDialer"/>.</summary>
public sealed record HopDialerOptions
{
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(1);

    /// <summary>
    /// Gets the limit for the whole connect, including the look-up of the name: up to a day, or <see cref="Timeout.InfiniteTimeSpan"/> for the kernel's limit
    /// (about 2 minutes per address). Default: 15 seconds.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or more than a day.</exception>
    public TimeSpan ConnectTimeout
    {
        get;
        init => field = value == Timeout.InfiniteTimeSpan ? value : InRange(value, nameof(ConnectTimeout));
    } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Gets the limit for the look-up of a name, which is part of <see cref="ConnectTimeout"/>: up to a day, or <see cref="Timeout.InfiniteTimeSpan"/>.
    /// Default: 5 seconds.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or more than a day.</exception>
    public TimeSpan LookUpTimeout
    {
        get;
        init => field = value == Timeout.InfiniteTimeSpan ? value : InRange(value, nameof(LookUpTimeout));
    } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets the maximum number of addresses of a host that are tried, at least 1. Addresses of both families are tried if the host has both
    /// (<see cref="HostAddresses.Interleave"/>). The limit is needed because the owner of a name decides how many addresses it has. Default: 8.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int MaximumAddresses
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MaximumAddresses), value, "The value must be at least 1.");
    } = 8;

    /// <summary>
    /// Gets the time after which the next address is tried in parallel if an address has not answered (RFC 8305, section 5), up to a day. Default: 250
    /// milliseconds.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or more than a day.</exception>
    public TimeSpan AttemptDelay
    {
        get;
        init => field = InRange(value, nameof(AttemptDelay));
    } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Gets the address family to use: <see cref="AddressFamily.InterNetwork"/> for IPv4 only, <see cref="AddressFamily.InterNetworkV6"/> for IPv6 only,
    /// <see cref="AddressFamily.Unspecified"/>, the default, for both.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is another family.</exception>
    public AddressFamily AddressFamily
    {
        get;
        init => field = value is AddressFamily.Unspecified or AddressFamily.InterNetwork or AddressFamily.InterNetworkV6
            ? value
            : throw new ArgumentOutOfRangeException(nameof(AddressFamily), value, "The family must be IPv4, IPv6, or unspecified for both.");
    } = AddressFamily.Unspecified;

    /// <summary>
    /// Gets whether the filter is detached after the reading, by one more system call. Established connections then have no overhead; otherwise it is about 100
    /// ns per received packet. Default: false.
    /// </summary>
    public bool DisarmAfterReading { get; init; }

    /// <summary>
    /// Gets a function that prepares each socket before it connects, such as by binding it to an address or an interface, or by setting a mark. It is called
    /// once for each new socket, which has the family of the address, on any thread and possibly on several threads at once. It must leave the socket
    /// unconnected, blocking, and without a filter. An exception closes the socket: a <see cref="SocketException"/> counts as a failure of that address only,
    /// any other exception ends the connect and reaches the caller. It does not affect name look-ups. Default: null.
    /// </summary>
    public Action<Socket>? PrepareSocket { get; init; }

    private static TimeSpan InRange(TimeSpan value, string name) => value >= TimeSpan.Zero && value <= LongestTime
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "The time must be from zero to one day.");
}
