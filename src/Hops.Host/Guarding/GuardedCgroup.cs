using System.Globalization;
using Ebpf;
using Hops.Common.Interop;
using Hops.Host.Watching;
using Hops.Sharing;

namespace Hops.Host.Guarding;

/// <summary>
/// A cgroup for a program that is guarded, fresh, below one of root's own, so that nobody but root moves processes out of it (cgroups(7), "Delegation
/// containment"). What is in it when the guard ends, ends.
/// </summary>
public sealed class GuardedCgroup : IDisposable
{
    private const string Slice = "hops.guard";
    private const string Prefix = "guard-";
    private const int PermissionsOfFolder = 0x1ed;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private bool _isDisposed;

    private GuardedCgroup(string folder) => Folder = folder;

    /// <summary>Its folder.</summary>
    public string Folder { get; }

    /// <summary>Makes one, and removes those that guards left behind which were killed.</summary>
    /// <exception cref="HostGuardUnavailableException">There is no hierarchy of version 2, or this process may not.</exception>
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

    /// <summary>The cgroups of guards that ended without removing them: what runs there stays guarded. They are removed when the next one begins.</summary>
    public static IReadOnlyList<string> LeftBehind() => CgroupHierarchy.FindRoot() is { } root ? LeftBehind($"{root}/{Slice}") : [];

    /// <summary>Ends all that is left in it, and removes it.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        Remove(Folder);
        // Not while other guards have theirs there.
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

    /// <summary>The folder of all guards, which is root's alone.</summary>
    private static string Checked(string slice)
    {
        if (LibC.MakeDirectory(slice, PermissionsOfFolder) != 0 && LibC.LastError != Errno.EEXIST)
        {
            throw new HostGuardUnavailableException($"making the control group {slice} failed: {LibC.LastErrorMessage}");
        }

        return !FileOwner.TryRead(slice, out FileOwner owner, out _)
            || owner is { IsFolder: true, UserId: 0, IsWritableByGroup: false, IsWritableByOthers: false }
            ? slice
            : throw new HostGuardUnavailableException($"{slice} is not root's alone, so that others could move the program out of it");
    }

    /// <returns>Null where it is there already, or the last guard that ended took the slice with it.</returns>
    private static string? Make(string slice, string name)
    {
        string folder = $"{slice}/{name}";
        return LibC.MakeDirectory(folder, PermissionsOfFolder) == 0 ? folder
            : LibC.LastError is Errno.EEXIST or Errno.ENOENT ? null
            : throw new HostGuardUnavailableException($"making the control group {folder} failed: {LibC.LastErrorMessage}");
    }

    /// <summary>Ends what is in a cgroup, and removes it. Where that takes too long, it stays, guarded.</summary>
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

    /// <returns>Whether it is gone: not while processes are in it.</returns>
    private static bool TryRemove(string folder)
    {
        try
        {
            // Root may have made some below.
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
