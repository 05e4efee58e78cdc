using Hops.Common.Interop;
using Hops.Filters;
using Hops.Sharing;


namespace Hops.Host.Sharing;

/// <summary>
/// One filter with its slots, pinned in a folder of their own. A link says which of them counts. Whoever changes something here may be killed after any step,
/// so everything but the link and its folder is taken away before and after each change.
/// </summary>
internal static class Generation
{
    /// <summary>Pins a filter, and lets it count. The pins of the others go; who has opened them keeps what they name.</summary>
    /// <exception cref="SharingRefusedException">The kernel refused.</exception>
    /// <exception cref="Ebpf.BpfException">The kernel refused.</exception>
    public static void Make(SharedPaths paths, Audience audience, FilterPair pair)
    {
        string name = Guid.NewGuid().ToString("N");
        string folder = paths.GenerationFolder(name);
        try
        {
            SharedFolder.Make(folder);
            // From here on nobody but the filter can write to the slots; whoever opens them for writing can only map them.
            pair.Slots.Freeze();
            pair.Filter.Pin(SharedPaths.FilterPin(folder));
            pair.Slots.Pin(SharedPaths.SlotsPin(folder));
            // The kernel maps an array only for those who may open it for writing, too.
            audience.AllowReading(SharedPaths.FilterPin(folder));
            audience.AllowReadingAndWriting(SharedPaths.SlotsPin(folder));
            LetCount(paths, name);
        }
        finally
        {
            RemoveUncounted(paths);
        }
    }

    /// <summary>Removes what does not count: older generations, and what a killed process left half done.</summary>
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

        // The link first: nobody shall find the half of what it names.
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
        // A link to a folder is a link.
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
