using Ebpf;
using Hops.Common.Interop;

namespace Hops.Host.Confinement;

/// <summary>The exception that is thrown when a program was not started, because it could not be confined. The message says what failed, and why.</summary>
public sealed class ConfinementException : Exception
{
    /// <summary>Initializes an exception with a message.</summary>
    /// <param name="message">What failed, and why.</param>
    public ConfinementException(string message)
        : base(message)
    {
    }

    /// <param name="attempt">What was tried, as the subject of a sentence.</param>
    /// <param name="error">The kernel's error.</param>
    internal static ConfinementException Of(string attempt, Errno error) => new($"{attempt} failed: {LibC.MessageOf(error)}");

    /// <param name="attempt">What was tried, as the subject of a sentence.</param>
    /// <param name="result">What the C library returned.</param>
    internal static void ThrowIfFailed(string attempt, int result)
    {
        if (result < 0)
        {
            throw Of(attempt, LibC.LastError);
        }
    }
}
