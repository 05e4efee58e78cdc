namespace Hops.TestSupport;

/// <summary>A file system of type <c>bpf</c> of a test's own, for pins. They go with it.</summary>
internal sealed class BpfFileSystem : IDisposable
{
    private static readonly string Prefix = Path.Combine(Path.GetTempPath(), $"ebpf-test-{Environment.ProcessId}-");
    private static int _count;

    private BpfFileSystem(string folder) => Folder = folder;

    public string Folder { get; }

    /// <summary>Those of this process that were not unmounted.</summary>
    public static IEnumerable<string> LeftBehind() => Mounts.OfType("bpf").Where(static mount => mount.StartsWith(Prefix, StringComparison.Ordinal));

    public static BpfFileSystem Mount()
    {
        string folder = $"{Prefix}{Interlocked.Increment(ref _count)}";
        Directory.CreateDirectory(folder);
        try
        {
            Command.Run(Requires.Program("mount", "mount"), "-t", "bpf", "-o", "mode=0755", "bpf", folder);
        }
        catch
        {
            Directory.Delete(folder);
            throw;
        }

        return new BpfFileSystem(folder);
    }

    /// <summary>Where a pin of that name is, or goes.</summary>
    public string Pin(string name) => Path.Combine(Folder, name);

    public void Dispose()
    {
        Command.Run("umount", Folder);
        Directory.Delete(Folder);
    }
}
