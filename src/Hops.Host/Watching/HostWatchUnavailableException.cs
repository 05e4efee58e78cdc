namespace Hops.Host.Watching;

/// <summary>This process cannot watch this host. The message says what was tried, what the kernel said, and what helps.</summary>
public sealed class HostWatchUnavailableException : Exception
{
    /// <summary>Makes an exception.</summary>
    public HostWatchUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    public HostWatchUnavailableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
