using Hops.Sharing;

namespace Hops.Host.Sharing;

/// <summary>Represents what is shared on this host, as far as this process may see it.</summary>
public sealed record SharingStatus
{
    internal SharingStatus()
    {
    }

    /// <summary>Gets whether a filter is pinned.</summary>
    public bool IsEnabled => Folder is not null;

    /// <summary>Gets whether this process may open the pins, and found them valid.</summary>
    public bool MayUsePins => IsEnabled && Problem is null;

    /// <summary>Gets whether this process can measure with a shared filter, by the pins or by the service.</summary>
    public bool MayUse => MayUsePins || Service is not null;

    /// <summary>Gets the folder of the pins; null if there is none, or it cannot be trusted.</summary>
    public string? Folder { get; internal init; }

    /// <summary>Gets the number of the layout that this library reads and writes.</summary>
    public int Layout { get; } = SharedPaths.Layout;

    /// <summary>Gets the layouts of other versions of this library that are pinned, too, such as <c>v2</c>.</summary>
    public IReadOnlyList<string> OtherLayouts { get; internal init; } = [];

    /// <summary>Gets when the filter was pinned; null if none is.</summary>
    public DateTimeOffset? PinnedAt { get; internal init; }

    /// <summary>
    /// Gets the group whose members may use the filter: its name, or its number if it has no name. Null if all users may use it, or nothing is shared.
    /// </summary>
    public string? Group { get; internal init; }

    /// <summary>Gets whether <see cref="SharedFilter.Enable(SharingOptions?)"/> created the group, because it did not exist.</summary>
    public bool IsGroupNew { get; internal init; }

    /// <summary>
    /// Gets what <see cref="SharedFilter.Enable(SharingOptions?)"/> replaced, if that was shared with other users; otherwise null. Processes that have opened
    /// the replaced filter keep it.
    /// </summary>
    public SharingStatus? Replaced { get; internal init; }

    /// <summary>Gets whether all users may use the filter.</summary>
    public bool Everyone { get; internal init; }

    /// <summary>Gets the path of the service's socket; null if no service answers there.</summary>
    public string? Service { get; internal init; }

    /// <summary>Gets why this process cannot use the service; null if it can, or there is none.</summary>
    public string? ServiceProblem { get; internal init; }

    /// <summary>Gets whether other programs can write to the pinned slots.</summary>
    public HopSlotWriters OtherWriters { get; internal init; }

    /// <summary>
    /// Gets whether <c>kernel.unprivileged_bpf_disabled</c> is 1, which cannot be changed before the next boot. Otherwise root can set it to 0, which lets
    /// everyone load eBPF, and programs that are loaded then stay.
    /// </summary>
    public bool IsLoadingLocked { get; internal init; }

    /// <summary>Gets why nothing is shared, what is wrong with the pins, or why this process may not use them; null if nothing is wrong.</summary>
    public string? Problem { get; internal init; }

    /// <summary>Gets what to do about the <see cref="Problem"/>; null if there is none.</summary>
    public HopRemedy? Remedy { get; internal init; }
}
