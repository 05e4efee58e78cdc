namespace Ebpf.Features;

/// <summary>Specifies the possible answers of a probe.</summary>
public enum BpfSupport
{
    /// <summary>The answer is unknown, for example because this process lacks the capability to probe. Usually it cannot use the feature either.</summary>
    Unknown,

    /// <summary>This kernel does not support the feature, or its configuration disables it.</summary>
    No,

    /// <summary>The feature is supported.</summary>
    Yes,
}
