namespace Ebpf.Instructions;

/// <summary>A program cannot be assembled as it was written. The message says where and what to change.</summary>
public sealed class AssemblyException : Exception
{
    internal AssemblyException(string message)
        : base(message)
    {
    }

    internal AssemblyException(AssemblyError error)
        : base(error.ToString()) => Error = error;

    /// <summary>What is wrong with the text, and where; null where the program was not read from a text.</summary>
    public AssemblyError? Error { get; }
}
