namespace Ebpf.Maps;

/// <summary>The result of reading from the ring.</summary>
internal enum RingStep
{
    /// <summary>A record.</summary>
    Record,

    /// <summary>Nothing yet.</summary>
    Nothing,

    /// <summary>The end: the reader was disposed.</summary>
    End,
}
