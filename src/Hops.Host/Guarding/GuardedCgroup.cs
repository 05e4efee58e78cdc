using System.Globalization;
using Ebpf;
using Hops.Common.Interop;
using Hops.Host.Watching;
using Hops.Sharing;

namespace Hops.Host.Guarding;

/// <summary>
/// Represents a new cgroup for a guarded program. It is below a cgroup that only root can write to, so that only root can move processes out of it
/// (cgroups(7), "Delegation containment"). Disposing it kills the processes in it and removes it.
/// </summary>
public sealed class GuardedCgroup : IDisposable
{
    private const string Slice = "hops.guard";
    private const string Prefix = "guard-";
    private const int PermissionsOfFolder = 0x1ed;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private bool _isDisposed;

    private GuardedCgroup(string folder) => Folder = folder;

    /// <summary>Gets the cgroup's folder.</summary>
    public string Folder { get; }

    /// <summary>Creates a cgroup, and removes the empty ones that killed guards left behind.</summary>
    /// <exception cref="HostGuardUnavailableException">
    /// No cgroup hierarchy of version 2 is mounted, this process may not create a cgroup, or the folder above it is writable by others than root.
    /// </exception>
    public static GuardedCgroup Create()
    {
        string root = CgroupHierarchy.FindRoot()
            ?? throw new HostGuardUnavailableException(
                "a guard attaches its programs to a control group of version 2, and no such hierarchy is mounted here: "
                + "'mount -t cgroup2 none FOLDER' mounts it");
        string slice = $"{root}/{Slice}";
        for (int number = 0; ; number++)
        {
            if (Make(Checked(slice), $"{Prefix}{Environment.ProcessId}{(number == 0 ? "" : $".{number}")}") is { } folder)
            {
                RemoveLeftBehind(slice);
                return new(folder);
            }
        }
    }

    /// <summary>
    /// Returns the folders of cgroups that killed guards did not remove. Processes in them stay guarded. <see cref="Create"/> removes the empty ones.
    /// </summary>
    public static IReadOnlyList<string> LeftBehind() => CgroupHierarchy.FindRoot() is { } root ? LeftBehind($"{root}/{Slice}") : [];

    /// <summary>Kills the processes that are left in the cgroup, and removes it. A cgroup that is not empty after 5 seconds stays, guarded.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        Remove(Folder);
        // Fails while other guards have cgroups in it.
        TryRemoveEmpty(Path.GetDirectoryName(Folder)!);
    }

    private static List<string> LeftBehind(string slice)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(slice, Prefix + "*").Where(static folder => !Processes.IsThere(GuardOf(folder)))];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private static int GuardOf(string folder) =>
        int.TryParse(Path.GetFileName(folder)[Prefix.Length..].Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int guard) ? guard : 0;

    private static void RemoveLeftBehind(string slice) => LeftBehind(slice).ForEach(static folder => TryRemove(folder));

    /// <summary>Creates the folder of all guards if it does not exist, and checks that only root can write to it.</summary>
    private static string Checked(string slice)
    {
        if (LibC.MakeDirectory(slice, PermissionsOfFolder) != 0 && LibC.LastError != Errno.EEXIST)
        {
            throw new HostGuardUnavailableException($"making the control group {slice} failed: {LibC.LastErrorMessage}");
        }

        return !FileOwner.TryRead(slice, out FileOwner owner, out _)
            || owner is { IsFolder: true, UserId: 0, IsWritableByGroup: false, IsWritableByOthers: false }
            ? slice
            : throw new HostGuardUnavailableException($"others than root may write to {slice}, and could move the program out of it");
    }

    /// <returns>Null if the cgroup exists already, or the last guard removed the slice meanwhile.</returns>
    private static string? Make(string slice, string name)
    {
        string folder = $"{slice}/{name}";
        return LibC.MakeDirectory(folder, PermissionsOfFolder) == 0 ? folder
            : LibC.LastError is Errno.EEXIST or Errno.ENOENT ? null
            : throw new HostGuardUnavailableException($"making the control group {folder} failed: {LibC.LastErrorMessage}");
    }

    /// <summary>Kills the processes of a cgroup, and removes it. If that takes too long, the cgroup stays, guarded.</summary>
    private static void Remove(string folder)
    {
        long start = Environment.TickCount64;
        while (!TryRemove(folder) && Environment.TickCount64 - start < Patience.TotalMilliseconds)
        {
            Kill(folder);
            Thread.Sleep(1);
        }
    }

    private static void Kill(string folder)
    {
        try
        {
            // Linux 5.14: cgroups(7).
            File.WriteAllText($"{folder}/cgroup.kill", "1");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            foreach (string line in ProcessesOf(folder))
            {
                LibC.SendSignal(int.Parse(line, CultureInfo.InvariantCulture), LibC.Kill);
            }
        }
    }

    private static string[] ProcessesOf(string folder)
    {
        try
        {
            return File.ReadAllLines($"{folder}/cgroup.procs");
        }
        catch (IOException)
        {
            return [];
        }
    }

    /// <returns>False while processes are in the cgroup.</returns>
    private static bool TryRemove(string folder)
    {
        try
        {
            // Root may have created cgroups below.
            return Directory.EnumerateDirectories(folder).All(TryRemove) && TryRemoveEmpty(folder);
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
    }

    private static bool TryRemoveEmpty(string folder)
    {
        try
        {
            Directory.Delete(folder);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
