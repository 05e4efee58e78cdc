namespace Ebpf.Maps;

/// <summary>What a look at the ring gave.</summary>
internal enum RingStep
{
    /// <summary>A record.</summary>
    Record,

    /// <summary>Nothing yet.</summary>
    Nothing,

    /// <summary>Nothing any more: the reader was disposed.</summary>
    End,
}
