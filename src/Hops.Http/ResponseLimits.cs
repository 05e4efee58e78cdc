namespace Hops.Http;

/// <summary>How much of an answer is read, and how long that may take. For servers that strangers name.</summary>
public sealed record ResponseLimits
{
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(1);

    /// <summary>The longest body, in bytes, after decompression: from 1 to <see cref="Array.MaxLength"/> less one. Default: one mebibyte.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside of that.</exception>
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
    /// For everything: the look-up of the name, the connection, redirects, headers and body. More than zero, up to a day. Default: 10 seconds. <see
    /// cref="HttpClient.Timeout"/>, which ends with the headers, holds as well.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside of that.</exception>
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
    /// Whether only the start of a longer body is read: enough for the head of a page. If false, a longer body is a failure. Default:
    /// false.
    /// </summary>
    public bool AllowTruncation { get; init; }
}
