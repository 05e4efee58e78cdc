using Ebpf;
using Ebpf.Maps;
using Ebpf.Programs;
using Hops.Filters;

namespace Hops.Sharing;

/// <summary>Opens the filter and the slots that an administrator pinned, after verifying them.</summary>
internal static class PinnedPair
{
    // Sharing may be enabled again between reading the link and opening the pins.
    private const int Attempts = 5;

    /// <exception cref="SharingRefusedException">There are no pins, they are not what they must be, or this process may not open them.</exception>
    public static FilterPair Open(SharedPaths paths)
    {
        for (int attempt = 1; ; attempt++)
        {
            string folder = CurrentFolder(paths);
            try
            {
                return Open(folder);
            }
            catch (Exception e) when (attempt < Attempts && IsAbsence(e) && CurrentFolder(paths) != folder)
            {
                // It was replaced.
            }
            catch (BpfException e)
            {
                throw Explain(e, folder);
            }
        }
    }

    /// <summary>The folder that counts at the moment.</summary>
    /// <exception cref="SharingRefusedException">There is none, or a user other than root could have created it.</exception>
    public static string CurrentFolder(SharedPaths paths)
    {
        if (Directory.Exists(paths.FileSystem) && !Directory.Exists(paths.LayoutFolder) && OtherLayouts(paths) is [var other, ..])
        {
            throw new SharingRefusedException(
                $"what is shared below {paths.FileSystem} has the layout {other}, and this program reads v{SharedPaths.Layout}",
                HopRemedyKind.UseSameVersion);
        }

        TrustedPath.Check(paths.CurrentLink);
        string? generation = new FileInfo(paths.CurrentLink).LinkTarget;
        if (string.IsNullOrEmpty(generation) || !generation.All(char.IsAsciiLetterOrDigit))
        {
            throw new SharingRefusedException($"{paths.CurrentLink} is not a link to a folder beside it", HopRemedyKind.SharePins);
        }

        return paths.GenerationFolder(generation);
    }

    /// <summary>The folders of other versions: <c>v2</c>.</summary>
    public static IReadOnlyList<string> OtherLayouts(SharedPaths paths)
    {
        try
        {
            return
            [
                .. Directory.GetDirectories(paths.FileSystem)
                    .Where(folder => folder != paths.LayoutFolder)
                    .Select(Path.GetFileName)
                    .OfType<string>()
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static FilterPair Open(string folder)
    {
        TrustedPath.Check(SharedPaths.FilterPin(folder));
        TrustedPath.Check(SharedPaths.SlotsPin(folder));
        BpfProgram filter = BpfProgram.OpenPinned(SharedPaths.FilterPin(folder), BpfProgramType.SocketFilter);
        FilterPair? pair = null;
        try
        {
            pair = new FilterPair(filter, BpfMap.OpenPinned<uint, ulong>(SharedPaths.SlotsPin(folder)));
            return pair.WhatIsWrong() is { } mistake
                ? throw new SharingRefusedException($"what is pinned in {folder} is not to be trusted: {mistake}", HopRemedyKind.SharePins)
                : pair;
        }
        catch
        {
            filter.Dispose();
            pair?.Dispose();
            throw;
        }
    }

    private static bool IsAbsence(Exception e) => e is BpfException { Errno: Errno.ENOENT } or SharingRefusedException { IsAbsence: true };

    private static SharingRefusedException Explain(BpfException e, string folder) => e.Errno switch
    {
        Errno.EACCES => NotPermitted(e, folder),
        // The pin's permissions were enough, so it is bpf(2) itself that is forbidden.
        Errno.EPERM or Errno.ENOSYS => new($"opening the pins in {folder} is forbidden: {e.Message}", HopRemedyKind.ShareByService, e),
        _ => new(e.Message, HopRemedyKind.SharePins, e),
    };

    private static SharingRefusedException NotPermitted(BpfException e, string folder)
    {
        string? group = FileOwner.TryRead(SharedPaths.SlotsPin(folder), out FileOwner owner, out _) ? UserGroup.NameOf(owner.GroupId) : null;
        return group is not null
            ? new(
                $"the filter pinned in {folder} is for members of the group {group}, and this process is not one",
                new HopRemedy(HopRemedyKind.JoinGroup, group),
                e)
            : new(e.Message, HopRemedyKind.SharePins, e);
    }
}
