namespace Hops.Host.Guarding;

/// <summary>A guard of programs does not work here. The message says why.</summary>
public sealed class HostGuardUnavailableException : Exception
{
    internal HostGuardUnavailableException(string message)
        : base(message)
    {
    }
}
