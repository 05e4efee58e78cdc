namespace Hops.Lab;

/// <summary>The private network cannot be built here. The message says what it needs.</summary>
public sealed class LabUnavailableException : Exception
{
    internal LabUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
