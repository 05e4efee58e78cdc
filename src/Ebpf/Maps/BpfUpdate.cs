namespace Ebpf.Maps;

/// <summary>What <see cref="BpfMap{TKey, TValue}.TryUpdate"/> expects of the key.</summary>
public enum BpfUpdate
{
    /// <summary>Write whether the key is there or not.</summary>
    Any = 0,

    /// <summary>Only if the key is not there yet.</summary>
    IfAbsent = 1,

    /// <summary>Only if the key is there already.</summary>
    IfPresent = 2,
}
