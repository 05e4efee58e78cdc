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
                "a guard attaches its programs to a control group of version 2, and no such hierarchy is mounted here: 'mount -t cgroup2 none FOLDER' mounts it");
        string slice = $"{root}/{Slice}";
        Make(slice);
        if (!FileOwner.TryRead(slice, out FileOwner owner, out _) || owner is not { IsFolder: true, UserId: 0, IsWritableByGroup: false, IsWritableByOthers: false })
        {
            throw new HostGuardUnavailableException($"{slice} is not root's alone, so that others could move the program out of it");
        }

        RemoveLeftBehind(slice);
        for (int number = 0; ; number++)
        {
            string folder = $"{slice}/{Prefix}{Environment.ProcessId}{(number == 0 ? "" : $".{number}")}";
            if (Make(folder))
            {
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
        TryRemove(Path.GetDirectoryName(Folder)!);
    }

    private static List<string> LeftBehind(string slice) => !Directory.Exists(slice) ? [] :
        [.. Directory.EnumerateDirectories(slice, Prefix + "*").Where(static folder => !Processes.IsThere(GuardOf(folder)))];

    private static int GuardOf(string folder) =>
        int.TryParse(Path.GetFileName(folder)[Prefix.Length..].Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int guard) ? guard : 0;

    private static void RemoveLeftBehind(string slice) => LeftBehind(slice).ForEach(static folder => TryRemove(folder));

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

    /// <returns>Whether it is new.</returns>
    private static bool Make(string folder) =>
        LibC.MakeDirectory(folder, PermissionsOfFolder) == 0 || (LibC.LastError == Errno.EEXIST ? false : throw new HostGuardUnavailableException(
            $"making the control group {folder} failed: {LibC.LastErrorMessage}"));
}
