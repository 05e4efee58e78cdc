using Ebpf.SystemCalls;

namespace Ebpf.Maps;

/// <summary>
/// The exception that is thrown when the kernel refuses an entry of a batch. The entries before it were processed; it and the entries after it were not.
/// </summary>
public sealed class BpfBatchException : BpfException
{
    internal BpfBatchException(BpfMap map, BpfCommand command, Errno errno, int completed, int count)
        : base(CommandFacts.Of(command).Call, errno, Explain(map, command, errno, completed, count)) => Completed = completed;

    /// <summary>Gets the number of entries that were processed, counted from the first.</summary>
    public int Completed { get; }

    private static string Explain(BpfMap map, BpfCommand command, Errno errno, int completed, int count)
    {
        string reason = MapRefusal.ReasonFor(map, command, errno) is { } known ? $": {known}" : "";
        return $"A batch of {count} entries for {map.Describe()} stopped after {completed}{reason}";
    }
}
