namespace Ebpf.Maps;

/// <summary>
/// Specifies the condition of a write, the last argument of the helper <c>bpf_map_update_elem</c> in a program (<c>BPF_ANY</c>, <c>BPF_NOEXIST</c>,
/// <c>BPF_EXIST</c>).
/// </summary>
public enum BpfUpdate
{
    /// <summary>Add the key, or replace its value.</summary>
    Any = 0,

    /// <summary>Only add: the key must not exist.</summary>
    IfAbsent = 1,

    /// <summary>Only replace: the key must exist.</summary>
    IfPresent = 2,
}
