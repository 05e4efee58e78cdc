namespace Ebpf.Instructions;

/// <summary>The exception that is thrown when a program cannot be assembled. The message has the position and the change that is needed.</summary>
public sealed class AssemblyException : Exception
{
    internal AssemblyException(string message)
        : base(message)
    {
    }

    internal AssemblyException(AssemblyError error)
        : base(error.ToString()) => Error = error;

    /// <summary>Gets the error and its position in the text; null if the program was not read from text.</summary>
    public AssemblyError? Error { get; }
}
