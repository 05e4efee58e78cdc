namespace Hops;

/// <summary>
/// Specifies whether programs other than the filter can write to shared slots, and so falsify readings. If such a program is found, the slots are not used.
/// </summary>
public enum HopSlotWriters
{
    /// <summary>It could not be checked, because that needs root with CAP_SYS_ADMIN.</summary>
    Unknown,

    /// <summary>
    /// At this moment no other program refers to the slots, and no map of maps holds them. A program that was loaded while all users could load eBPF
    /// (<c>kernel.unprivileged_bpf_disabled=0</c>) can still reach them through a map of maps.
    /// </summary>
    NoneSeen,

    /// <summary>The kernel prevents other programs from using the slots. Linux 6.18.</summary>
    Impossible,
}
