namespace Ebpf.Features;

/// <summary>What asking for a feature can have as its answer.</summary>
public enum BpfSupport
{
    /// <summary>It could not be told, for example because this process may not ask. Usually that means that it cannot use the feature either.</summary>
    Unknown,

    /// <summary>This kernel does not have it, or not as it is set up.</summary>
    No,

    /// <summary>It is there.</summary>
    Yes,
}
