using Hops.Sharing;

namespace Hops.Host.Sharing;

/// <summary>What is shared on this host.</summary>
public sealed record SharingStatus
{
    internal SharingStatus()
    {
    }

    /// <summary>Whether a filter is pinned.</summary>
    public bool IsEnabled => Folder is not null;

    /// <summary>Whether this process may open the pins, and found them to be as they must be.</summary>
    public bool MayUsePins => IsEnabled && Problem is null;

    /// <summary>Whether this process can measure with a shared filter: by the pins or by the service.</summary>
    public bool MayUse => MayUsePins || Service is not null;

    /// <summary>The folder of the pins; null if there is none, or it is not to be trusted.</summary>
    public string? Folder { get; internal init; }

    /// <summary>The number of the layout that this library reads and writes.</summary>
    public int Layout { get; } = SharedPaths.Layout;

    /// <summary>Layouts of other versions of this library that are pinned beside: <c>v2</c>.</summary>
    public IReadOnlyList<string> OtherLayouts { get; internal init; } = [];

    /// <summary>When the filter was pinned; null if none is.</summary>
    public DateTimeOffset? PinnedAt { get; internal init; }

    /// <summary>The group whose members may use it: a name, or a number without one; null if all users may, or nothing is shared.</summary>
    public string? Group { get; internal init; }

    /// <summary>Whether enabling made the group, since it did not exist.</summary>
    public bool IsGroupNew { get; internal init; }

    /// <summary>What enabling replaced, where that was shared with others; otherwise null. Processes that have opened it keep it.</summary>
    public SharingStatus? Replaced { get; internal init; }

    /// <summary>Whether all users may use it.</summary>
    public bool Everyone { get; internal init; }

    /// <summary>The socket of the service, if somebody answers there; otherwise null.</summary>
    public string? Service { get; internal init; }

    /// <summary>Why this process does not use the service, if there is one; null if it may, or there is none.</summary>
    public string? ServiceProblem { get; internal init; }

    /// <summary>Whether programs of others can write to the pinned slots.</summary>
    public HopSlotWriters OtherWriters { get; internal init; }

    /// <summary>
    /// Whether <c>kernel.unprivileged_bpf_disabled</c> is 1: then nobody can let everyone load eBPF before the next boot. Otherwise root can, by setting it
    /// to 0, and what was loaded meanwhile stays.
    /// </summary>
    public bool IsLoadingLocked { get; internal init; }

    /// <summary>Why nothing is shared, what is wrong with the pins, or why this process may not use them; null if nothing is wrong.</summary>
    public string? Problem { get; internal init; }

    /// <summary>What to do about it.</summary>
    public HopRemedy? Remedy { get; internal init; }
}
