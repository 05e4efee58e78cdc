namespace Ebpf.Maps;

/// <summary>
/// What a write expects of the key: the last argument of the helper <c>bpf_map_update_elem</c> in a program (<c>BPF_ANY</c>, <c>BPF_NOEXIST</c>,
/// <c>BPF_EXIST</c>).
/// </summary>
public enum BpfUpdate
{
    /// <summary>Write whether the key is there or not.</summary>
    Any = 0,

    /// <summary>Only if the key is not there yet.</summary>
    IfAbsent = 1,

    /// <summary>Only if the key is there already.</summary>
    IfPresent = 2,
}
