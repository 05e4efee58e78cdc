namespace Ebpf.Assembly;

/// <summary>A program cannot be assembled as it was written. The message says where and what to change.</summary>
public sealed class AssemblyException : Exception
{
    internal AssemblyException(string message)
        : base(message)
    {
    }
}
