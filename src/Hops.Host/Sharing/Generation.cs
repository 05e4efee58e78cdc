using Hops.Common.Interop;
using Hops.Filters;
using Hops.Sharing;


namespace Hops.Host.Sharing;

/// <summary>
/// Pins a filter with its slots in a new folder, a generation. A symbolic link names the current generation. A process that changes it may be killed after any
/// step, so all other folders are removed before and after each change.
/// </summary>
internal static class Generation
{
    /// <summary>Pins a filter, makes it the current one, and removes the other pins of this layout. Processes that have opened those keep them.</summary>
    /// <exception cref="SharingRefusedException">The kernel refused.</exception>
    /// <exception cref="Ebpf.BpfException">The kernel refused.</exception>
    public static void Make(SharedPaths paths, Audience audience, FilterPair pair)
    {
        string name = Guid.NewGuid().ToString("N");
        string folder = paths.GenerationFolder(name);
        try
        {
            SharedFolder.Make(folder);
            // From here on only programs can write to the slots; processes that open them for writing can only map them for reading.
            pair.Slots.Freeze();
            pair.Filter.Pin(SharedPaths.FilterPin(folder));
            pair.Slots.Pin(SharedPaths.SlotsPin(folder));
            // The kernel maps an array only for processes that may open it for writing, too.
            audience.AllowReading(SharedPaths.FilterPin(folder));
            audience.AllowReadingAndWriting(SharedPaths.SlotsPin(folder));
            LetCount(paths, name);
        }
        finally
        {
            RemoveUncounted(paths);
        }
    }

    /// <summary>Removes all but the current generation: older ones, and incomplete ones of killed processes.</summary>
    public static void RemoveUncounted(SharedPaths paths)
    {
        string? current = new FileInfo(paths.CurrentLink).LinkTarget;
        foreach (string entry in Directory.GetFileSystemEntries(paths.LayoutFolder)
            .Where(entry => entry != paths.CurrentLink && Path.GetFileName(entry) != current))
        {
            Remove(entry);
        }
    }

    public static void RemoveAll(SharedPaths paths)
    {
        if (!Directory.Exists(paths.LayoutFolder))
        {
            return;
        }

        // The link first, so that no process finds an incomplete generation.
        foreach (string entry in Directory.GetFileSystemEntries(paths.LayoutFolder).OrderBy(entry => entry != paths.CurrentLink))
        {
            Remove(entry);
        }

        Directory.Delete(paths.LayoutFolder);
    }

    private static void LetCount(SharedPaths paths, string name)
    {
        File.CreateSymbolicLink(paths.NextLink, name);
        if (LibC.Rename(paths.NextLink, paths.CurrentLink) != 0)
        {
            throw new SharingRefusedException($"replacing {paths.CurrentLink} failed: {LibC.LastErrorMessage}", HopRemedyKind.ShareAnew);
        }
    }

    private static void Remove(string entry)
    {
        // A link to a folder has both attributes, and is deleted as a file.
        if ((File.GetAttributes(entry) & (FileAttributes.Directory | FileAttributes.ReparsePoint)) == FileAttributes.Directory)
        {
            Directory.Delete(entry, recursive: true);
        }
        else
        {
            File.Delete(entry);
        }
    }
}
