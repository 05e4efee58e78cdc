namespace Hops.Host.Learning;

/// <summary>
/// The exception that is thrown when a baseline file cannot be read or written, cannot be trusted, or is not valid. The message says why, and what helps.
/// </summary>
public sealed class HopBaselineException : Exception
{
    /// <summary>Initializes an exception with a message.</summary>
    public HopBaselineException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes an exception with a message and its cause.</summary>
    public HopBaselineException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets the number of the line with the mistake, counted from 1; null if the mistake is not in a single line.</summary>
    public int? Line { get; init; }
}
