using Hops.Sharing;

namespace Hops.Host.Watching;

/// <summary>The hierarchy of control groups of version 2: where it is mounted, and which cgroup has which id.</summary>
internal sealed class CgroupHierarchy
{
    private static readonly TimeSpan BetweenReadings = TimeSpan.FromSeconds(1);

    private readonly Dictionary<ulong, string> _paths = [];
    private readonly Dictionary<string, CgroupName> _names = [];
    private long _read = long.MinValue;

    private CgroupHierarchy(string root) => Root = root;

    /// <summary>The folder where it is mounted.</summary>
    public string Root { get; }

    /// <exception cref="HostWatchUnavailableException">There is none.</exception>
    public static CgroupHierarchy Find() => new(FindRoot() ?? throw new HostWatchUnavailableException(
        "A watch attaches its programs to the root of the control groups of version 2, and no such hierarchy is mounted here: "
        + "'mount -t cgroup2 none FOLDER' mounts it. (In a container only a part of it may be: watch from the host.)"));

    /// <summary>The folder where it is mounted: on a host with both versions it lies beside the others (<c>/sys/fs/cgroup/unified</c>).</summary>
    /// <returns>Null where there is none.</returns>
    public static string? FindRoot()
    {
        foreach (string line in File.ReadLines("/proc/self/mountinfo"))
        {
            // proc_pid_mountinfo(5): the fourth field is what of the file system is mounted, the fifth where; the type comes after a hyphen.
            string[] fields = line.Split(' ');
            int hyphen = Array.IndexOf(fields, "-");
            if (hyphen > 4 && hyphen + 1 < fields.Length && fields[hyphen + 1] == "cgroup2" && fields[3] == "/")
            {
                return Unescape(fields[4]);
            }
        }

        return null;
    }

    /// <summary>The folder of a cgroup that somebody named.</summary>
    /// <param name="name">
    /// A path below the root of the hierarchy, the name of the only cgroup that is called so, or a folder; null for the root.
    /// </param>
    /// <exception cref="HostWatchUnavailableException">There is no such cgroup, or there are several.</exception>
    public string FolderOf(string? name)
    {
        if (name is null)
        {
            return Root;
        }

        string folder = name == Root || name.StartsWith(Root + '/', StringComparison.Ordinal) ? name : $"{Root}/{name.TrimStart('/')}";
        if (!name.Split('/').Contains("..") && Directory.Exists(folder))
        {
            return folder;
        }

        string[] named = name.Contains('/', StringComparison.Ordinal) ? [] : [.. Folders().Where(path => Path.GetFileName(path) == name)];
        return named switch
        {
            [var only] => only,
            [] => throw new HostWatchUnavailableException(
                $"There is no cgroup '{name}' in {Root}: 'systemd-cgls' shows them, and 'cat /proc/PID/cgroup' a process's ('0::' and its path)."),
            _ => throw new HostWatchUnavailableException(
                $"{named.Length} cgroups in {Root} are called '{name}': give one's path, such as {named[0][Root.Length..]}."),
        };
    }

    /// <summary>The folder of a unit of the host's systemd. A user's or a container's may be called the same, and does not count.</summary>
    /// <param name="name">Such as <c>nginx</c>, <c>nginx.service</c>, <c>user@1000</c>, <c>system.slice</c>.</param>
    /// <exception cref="HostWatchUnavailableException">There is no such unit that has a cgroup, or there are several.</exception>
    public string FolderOfUnit(string name)
    {
        string unit = UnitName.Complete(name);
        ILookup<bool, string> called = Folders().Where(path => UnitName.OfFolder(Path.GetFileName(path)) == unit).ToLookup(IsOfHost);
        return called[true].ToArray() switch
        {
            [var only] => only,
            [] => throw new HostWatchUnavailableException(
                $"No unit '{unit}' of this host has a cgroup in {Root}: it does not run, or is called otherwise ('systemd-cgls' shows those that run)."
                + (called[false].FirstOrDefault() is { } other
                    ? $" A user or a container has one that is called so, which can be watched by its path: {other[Root.Length..]}."
                    : "")),
            var several => throw new HostWatchUnavailableException(
                $"{several.Length} cgroups in {Root} are called as the unit '{unit}': give one's path, such as {several[0][Root.Length..]}."),
        };

        bool IsOfHost(string path) => path[Root.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries)[..^1].All(UnitName.IsSlice);
    }

    /// <summary>The path of a cgroup below the root.</summary>
    /// <returns>Null where it is gone, or was made a moment ago.</returns>
    public string? PathOf(ulong id)
    {
        if (_paths.TryGetValue(id, out string? path))
        {
            return path;
        }

        if (Environment.TickCount64 - _read < BetweenReadings.TotalMilliseconds && _read != long.MinValue)
        {
            return null;
        }

        ReadAll();
        _read = Environment.TickCount64;
        return _paths.GetValueOrDefault(id);
    }

    /// <summary>What a path says, which many connections have.</summary>
    public CgroupName NameOf(string path)
    {
        if (!_names.TryGetValue(path, out CgroupName? name))
        {
            _names[path] = name = CgroupName.Of(path);
        }

        return name;
    }

    private void ReadAll()
    {
        _paths.Clear();
        _names.Clear();
        foreach (string folder in Folders())
        {
            // A cgroup's id is the number of its folder's inode (kernfs, on machines of 64 bits).
            if (FileOwner.TryRead(folder, out FileOwner file, out _))
            {
                _paths[file.Inode] = folder.Length == Root.Length ? "/" : folder[Root.Length..];
            }
        }
    }

    private IEnumerable<string> Folders()
    {
        Stack<string> folders = new([Root]);
        while (folders.TryPop(out string? folder))
        {
            yield return folder;
            try
            {
                foreach (string inner in Directory.EnumerateDirectories(folder))
                {
                    folders.Push(inner);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Removed meanwhile, or not ours to see.
            }
        }
    }

    private static string Unescape(string field) =>
        field.Replace(@"\040", " ", StringComparison.Ordinal).Replace(@"\011", "\t", StringComparison.Ordinal).Replace(@"\134", @"\", StringComparison.Ordinal);
}
