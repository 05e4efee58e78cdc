namespace Hops.Http;

/// <summary>Provides the limits of size and time for reading a response of an untrusted server.</summary>
public sealed record ResponseLimits
{
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(1);

    /// <summary>
    /// Gets the maximum length of a body, in bytes, after decompression: from 1 to <see cref="Array.MaxLength"/> less one. Default: one mebibyte.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int MaximumBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, Array.MaxLength);
            field = value;
        }
    } = 1024 * 1024;

    /// <summary>
    /// Gets the limit for the whole request: the look-up of the name, the connection, redirects, headers and body. More than zero, up to a day. Default: 10
    /// seconds. <see cref="HttpClient.Timeout"/>, which ends with the headers, applies as well.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan Timeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, LongestTime);
            field = value;
        }
    } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets whether a body longer than <see cref="MaximumBytes"/> is cut off there, which is enough for the head of a page. If false, a longer body is a
    /// failure. Default: false.
    /// </summary>
    public bool AllowTruncation { get; init; }
}
