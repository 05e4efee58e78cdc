using System.Net.Sockets;

namespace Hops;

/// <summary>How a <see cref="HopDialer"/> connects.</summary>
public sealed record HopDialerOptions
{
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(1);

    /// <summary>
    /// How long a connect may take in all, from the look-up of the name on: up to a day, or <see cref="Timeout.InfiniteTimeSpan"/>, which leaves it to the
    /// kernel (about
    /// 2 minutes an address). Default: 15 seconds.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than nothing, or more than a day.</exception>
    public TimeSpan ConnectTimeout
    {
        get;
        init => field = value == Timeout.InfiniteTimeSpan ? value : InRange(value, nameof(ConnectTimeout));
    } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long the look-up of a name may take, of <see cref="ConnectTimeout"/>: up to a day, or <see cref="Timeout.InfiniteTimeSpan"/>. Default: 5 seconds.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than nothing, or more than a day.</exception>
    public TimeSpan LookUpTimeout
    {
        get;
        init => field = value == Timeout.InfiniteTimeSpan ? value : InRange(value, nameof(LookUpTimeout));
    } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many addresses of a host are tried, at least 1: of both families, where there are both (<see cref="HostAddresses.Interleave"/>). The owner of a name
    /// decides how many it has. Default: 8.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than 1.</exception>
    public int MaximumAddresses
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MaximumAddresses), value, "At least 1.");
    } = 8;

    /// <summary>
    /// How long one address has to answer before the next one is tried beside it (RFC 8305, section 5), up to a day. Default: 250 milliseconds.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than nothing, or more than a day.</exception>
    public TimeSpan AttemptDelay
    {
        get;
        init => field = InRange(value, nameof(AttemptDelay));
    } = TimeSpan.FromMilliseconds(250);

    /// <summary><see cref="AddressFamily.InterNetwork"/> for IPv4 only, <see cref="AddressFamily.InterNetworkV6"/> for IPv6 only. Default: both.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to another family.</exception>
    public AddressFamily AddressFamily
    {
        get;
        init => field = value is AddressFamily.Unspecified or AddressFamily.InterNetwork or AddressFamily.InterNetworkV6
            ? value
            : throw new ArgumentOutOfRangeException(nameof(AddressFamily), value, "IPv4, IPv6, or unspecified for both.");
    } = AddressFamily.Unspecified;

    /// <summary>
    /// Takes the filter off after the reading, by one more system call, so that an established connection pays nothing (else about 100 ns a received packet).
    /// Default: no.
    /// </summary>
    public bool DisarmAfterReading { get; init; }

    /// <summary>
    /// Prepares each socket before it connects, such as by binding it to an address or an interface, or by setting a mark. It is called once for each socket,
    /// new and of the address's family, on any thread and on several at once, before the socket is measured; it must leave the socket unconnected, blocking,
    /// and without a filter. What it throws closes the socket: a <see cref="SocketException"/> counts as what that address said, anything else ends the
    /// connect as it is. Names are looked up without it. Default: none.
    /// </summary>
    public Action<Socket>? PrepareSocket { get; init; }

    private static TimeSpan InRange(TimeSpan value, string name) => value >= TimeSpan.Zero && value <= LongestTime
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "From nothing to a day.");
}
