using System.Net.Sockets;
using Ebpf;
using Hops.Common.Interop;
using Hops.Filters;
using Hops.Sharing;

namespace Hops.Host.Sharing;

/// <summary>
/// Loads a filter once for the whole host, and pins it for the members of a group or for all users, who then measure hop distances without any capability
/// (<see cref="HopSource.PinnedFilter"/>). The filter and its slots are pinned in a separate file system of type bpf, <c>/run/hops/bpf</c>. Needs Linux 5.12
/// (arm64: 5.18) to share, and 5.19 to use without a capability.
/// </summary>
/// <remarks>
/// Users of the filter can make readings unknown, also those of others, but not wrong: the slots are frozen, so that only eBPF programs write to them. From
/// Linux 6.18 on the kernel allows that to no other program than the filter. On older kernels a member can make readings wrong with a program that was loaded
/// while everyone might load eBPF (<c>kernel.unprivileged_bpf_disabled=0</c>), also after the setting was changed back, and also in the slots of a new filter:
/// see <see cref="SharingStatus.OtherWriters"/>.
/// </remarks>
public static class SharedFilter
{
    /// <summary>
    /// Loads and pins a filter, unless one is pinned already for the same users and no other program is seen that can write to its slots. A process that cannot
    /// look for such programs makes a new filter. Processes that use an older filter keep it.
    /// </summary>
    /// <param name="options">Who may use the filter; null for the defaults.</param>
    /// <returns>What is shared now.</returns>
    /// <exception cref="SharingException">This process is not root, everyone may load eBPF on this host, or the kernel refused.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static SharingStatus Enable(SharingOptions? options = null) => Enable(SharedPaths.OfHost, options ?? new());

    /// <summary>Removes the pins and their file system. Processes that use the filter keep it, and so do open connections.</summary>
    /// <exception cref="SharingException">This process is not root, or the kernel refused.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    public static void Disable() => Disable(SharedPaths.OfHost);

    /// <summary>Returns what is shared on this host, as far as this process may see it.</summary>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    public static SharingStatus GetStatus() => GetStatus(SharedPaths.OfHost);

    internal static SharingStatus Enable(SharedPaths paths, SharingOptions options) => Explained(SharingOperation.Enable, () =>
    {
        // First, so that nothing is changed if the kernel refuses the filter.
        using FilterPair pair = FilterPair.Load();
        UnprivilegedLoading.ThrowIfAllowed();
        Audience audience = Audience.Of(options);
        SharedFolder.Make(paths.Root);
        using SharingLock held = SharingLock.Take(paths);
        ServiceSocket.RemoveAbandoned(paths.Socket);
        bool mounted = BpfMount.Make(paths.FileSystem);
        try
        {
            return Share(paths, audience, pair);
        }
        catch when (mounted)
        {
            BpfMount.Remove(paths.FileSystem);
            throw;
        }
    });

    internal static void Disable(SharedPaths paths) => Explained<object?>(SharingOperation.Disable, () =>
    {
        if (Directory.Exists(paths.Root))
        {
            TrustedPath.CheckFolder(paths.Root);
            using SharingLock held = SharingLock.Take(paths);
            Generation.RemoveAll(paths);
            BpfMount.Remove(paths.FileSystem);
            ServiceSocket.RemoveAbandoned(paths.Socket);
        }

        return null;
    });

    internal static SharingStatus GetStatus(SharedPaths paths)
    {
        ThrowUnlessLinux();
        (bool answers, string? serviceProblem) = AskService(paths);
        SharingStatus status = new()
        {
            OtherLayouts = PinnedPair.OtherLayouts(paths),
            Service = answers ? paths.Socket : null,
            ServiceProblem = serviceProblem,
            IsLoadingLocked = UnprivilegedLoading.IsLocked(),
        };
        try
        {
            string folder = PinnedPair.CurrentFolder(paths);
            string slots = SharedPaths.SlotsPin(folder);
            TrustedPath.Check(slots);
            _ = FileOwner.TryRead(slots, out FileOwner owner, out _);
            status = status with
            {
                Folder = folder,
                // Not the time of the slots, which members can change.
                PinnedAt = File.GetLastWriteTimeUtc(SharedPaths.FilterPin(folder)),
                Everyone = owner.IsWritableByOthers,
                Group = owner.IsWritableByOthers ? null : UserGroup.NameOf(owner.GroupId),
            };
            UnprivilegedLoading.ThrowIfAllowed();
            using FilterPair pair = PinnedPair.Open(paths);
            return status with { OtherWriters = pair.OtherWriters };
        }
        catch (SharingRefusedException e)
        {
            return status with { Problem = e.Message, Remedy = e.Remedy };
        }
    }

    private static SharingStatus Share(SharedPaths paths, Audience audience, FilterPair pair)
    {
        SharedFolder.Make(paths.LayoutFolder);
        Generation.RemoveUncounted(paths);
        SharingStatus before = GetStatus(paths);
        bool serves = before is { MayUsePins: true, OtherWriters: not HopSlotWriters.Unknown, Folder: { } folder }
            && FileOwner.TryRead(SharedPaths.SlotsPin(folder), out FileOwner owner, out _)
            && audience.Matches(owner);
        if (!serves)
        {
            Generation.Make(paths, audience, pair);
        }

        SharingStatus now = GetStatus(paths);
        bool replaces = before.IsEnabled && (before.Group, before.Everyone) != (now.Group, now.Everyone);
        return now with { IsGroupNew = audience.IsNew, Replaced = replaces ? before : null };
    }

    private static (bool Answers, string? Problem) AskService(SharedPaths paths)
    {
        try
        {
            ServedPair.Open(paths).Dispose();
            return (true, null);
        }
        catch (SharingRefusedException e)
        {
            return (false, e.IsAbsence ? null : e.Message);
        }
    }

    private static T Explained<T>(SharingOperation operation, Func<T> act)
    {
        ThrowUnlessLinux();
        if (LibC.EffectiveUserId() != 0)
        {
            throw SharingException.NeedsRoot(operation);
        }

        try
        {
            return act();
        }
        catch (Exception e) when (e is SharingRefusedException or BpfException or IOException or UnauthorizedAccessException or SocketException)
        {
            throw SharingException.Of(operation, e);
        }
    }

    private static void ThrowUnlessLinux()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("Sharing a filter needs a file system of type bpf, which only Linux has.");
        }
    }
}
