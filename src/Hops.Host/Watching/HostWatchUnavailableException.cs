namespace Hops.Host.Watching;

/// <summary>
/// The exception that is thrown when this process cannot watch this host. The message says what was tried, the kernel's error, and what helps.
/// </summary>
public sealed class HostWatchUnavailableException : Exception
{
    /// <summary>Initializes an exception with a message.</summary>
    public HostWatchUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes an exception with a message and its cause.</summary>
    public HostWatchUnavailableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
