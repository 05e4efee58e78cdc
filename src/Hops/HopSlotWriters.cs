namespace Hops;

/// <summary>
/// Whether other programs than the filter can write to shared slots, and so make readings wrong. Where one is seen, the slots are not used.
/// </summary>
public enum HopSlotWriters
{
    /// <summary>It could not be seen: that takes root with CAP_SYS_ADMIN.</summary>
    Unknown,

    /// <summary>
    /// No program of others refers to the slots, and no map of maps holds them, at this moment. One that was loaded while everyone might load eBPF
    /// (<c>kernel.unprivileged_bpf_disabled=0</c>) can still come upon them by a map of maps.
    /// </summary>
    NoneSeen,

    /// <summary>The kernel lets no other program use the slots. Linux 6.18.</summary>
    Impossible,
}
