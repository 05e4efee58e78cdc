namespace Hops.Host.Guarding;

/// <summary>The exception that is thrown when this host or process cannot guard programs. The message says why.</summary>
public sealed class HostGuardUnavailableException : Exception
{
    internal HostGuardUnavailableException(string message)
        : base(message)
    {
    }
}
