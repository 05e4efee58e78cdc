using Ebpf.SystemCalls;

namespace Ebpf.Maps;

/// <summary>The kernel refused an entry of a batch: those before it are done, it and those after it are not.</summary>
public sealed class BpfBatchException : BpfException
{
    internal BpfBatchException(BpfMap map, BpfCommand command, Errno errno, int completed, int count)
        : base(CommandFacts.Of(command).Call, errno, Explain(map, command, errno, completed, count)) => Completed = completed;

    /// <summary>How many entries, from the first on, are done.</summary>
    public int Completed { get; }

    private static string Explain(BpfMap map, BpfCommand command, Errno errno, int completed, int count)
    {
        string reason = MapRefusal.ReasonFor(map, command, errno) is { } known ? $": {known}" : "";
        return $"A batch of {count} entries for {map.Describe()} stopped after {completed}{reason}";
    }
}
