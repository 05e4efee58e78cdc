namespace Hops.Lab;

/// <summary>The exception that is thrown if the private network cannot be built here. The message says what is missing.</summary>
public sealed class LabUnavailableException : Exception
{
    internal LabUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
