using Hops.Sources;

namespace Hops.Sharing;

/// <summary>One filter with its slots, pinned in a folder of their own. A link says which of them counts.</summary>
internal static class Generation
{
    /// <summary>Makes a new one and lets it count. The pins of the others go; who has opened them keeps what they name.</summary>
    /// <exception cref="SharingRefusedException">The kernel refused.</exception>
    /// <exception cref="Ebpf.BpfException">The kernel refused.</exception>
    public static void Make(SharedPaths paths, Audience audience)
    {
        string name = Guid.NewGuid().ToString("N");
        string folder = paths.GenerationFolder(name);
        TrustedPath.MakeFolder(folder);
        try
        {
            using (FilterPair pair = FilterPair.Load())
            {
                // From here on nobody but the filter can write to the slots; whoever opens them for writing can only map them.
                pair.Slots.Freeze();
                pair.Filter.Pin(SharedPaths.FilterPin(folder));
                pair.Slots.Pin(SharedPaths.SlotsPin(folder));
            }

            // The kernel maps an array only for those who may open it for writing, too.
            audience.AllowReading(SharedPaths.FilterPin(folder));
            audience.AllowReadingAndWriting(SharedPaths.SlotsPin(folder));
            LetCount(paths, name);
        }
        catch
        {
            Remove(folder);
            throw;
        }

        foreach (string other in Directory.GetDirectories(paths.LayoutFolder).Where(other => other != folder && !File.GetAttributes(other).HasFlag(FileAttributes.ReparsePoint)))
        {
            Remove(other);
        }
    }

    public static void RemoveAll(SharedPaths paths)
    {
        if (!Directory.Exists(paths.LayoutFolder))
        {
            return;
        }

        File.Delete(paths.CurrentLink);
        foreach (string folder in Directory.GetDirectories(paths.LayoutFolder))
        {
            Remove(folder);
        }

        Directory.Delete(paths.LayoutFolder);
    }

    private static void LetCount(SharedPaths paths, string name)
    {
        string link = $"{paths.LayoutFolder}/next{name}";
        File.CreateSymbolicLink(link, name);
        if (LibC.Rename(link, paths.CurrentLink) != 0)
        {
            string error = LibC.LastError;
            File.Delete(link);
            throw new SharingRefusedException($"replacing {paths.CurrentLink} failed: {error}", "sudo hops system disable, then sudo hops system enable");
        }
    }

    private static void Remove(string folder)
    {
        File.Delete(SharedPaths.FilterPin(folder));
        File.Delete(SharedPaths.SlotsPin(folder));
        Directory.Delete(folder);
    }
}
