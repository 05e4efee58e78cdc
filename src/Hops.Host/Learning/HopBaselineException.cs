namespace Hops.Host.Learning;

/// <summary>
/// A file with learnt distances cannot be read or written, or is not to be trusted, or is not as it must be: the message says why, and what helps.
/// </summary>
public sealed class HopBaselineException : Exception
{
    /// <summary>Makes an exception.</summary>
    public HopBaselineException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    public HopBaselineException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The line of the file that is wrong, counted from 1; null where it is no single one.</summary>
    public int? Line { get; init; }
}
