namespace Hops;

/// <summary>This process, on this machine, cannot measure hop distances. The message says why and what would change it.</summary>
public sealed class HopMeterUnavailableException : Exception
{
    internal HopMeterUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
