using Hops.Sharing;

namespace Hops.Host.Watching;

/// <summary>Represents the hierarchy of control groups of version 2: its mount point, and the paths of cgroups by their IDs.</summary>
internal sealed class CgroupHierarchy
{
    private static readonly TimeSpan BetweenReadings = TimeSpan.FromSeconds(1);

    private readonly Dictionary<ulong, string> _paths = [];
    private readonly Dictionary<string, CgroupName> _names = [];
    private long _read = long.MinValue;

    private CgroupHierarchy(string root) => Root = root;

    /// <summary>The folder where the hierarchy is mounted.</summary>
    public string Root { get; }

    /// <exception cref="HostWatchUnavailableException">No hierarchy of version 2 is mounted.</exception>
    public static CgroupHierarchy Find() => new(FindRoot() ?? throw new HostWatchUnavailableException(
        "A watch attaches its programs to the root of the control groups of version 2, and no such hierarchy is mounted here: "
        + "'mount -t cgroup2 none FOLDER' mounts it. (A container may have only a part of it: watch from the host.)"));

    /// <summary>Returns the mount point of the hierarchy. On a host with both versions it is beside the others (<c>/sys/fs/cgroup/unified</c>).</summary>
    /// <returns>Null if none is mounted.</returns>
    public static string? FindRoot()
    {
        foreach (string line in File.ReadLines("/proc/self/mountinfo"))
        {
            // proc_pid_mountinfo(5): the fourth field is the mounted part of the file system, the fifth the mount point; the type is after a hyphen.
            string[] fields = line.Split(' ');
            int hyphen = Array.IndexOf(fields, "-");
            if (hyphen > 4 && hyphen + 1 < fields.Length && fields[hyphen + 1] == "cgroup2" && fields[3] == "/")
            {
                return Unescape(fields[4]);
            }
        }

        return null;
    }

    /// <summary>Returns the folder of a cgroup.</summary>
    /// <param name="name">
    /// A path below the root of the hierarchy, the unique name of a cgroup, or a folder; null for the root.
    /// </param>
    /// <exception cref="HostWatchUnavailableException">There is no such cgroup, or there are several of that name.</exception>
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
                $"There is no cgroup '{name}' in {Root}: 'systemd-cgls' shows all, and 'cat /proc/PID/cgroup' that of a process ('0::' and its path)."),
            _ => throw new HostWatchUnavailableException(
                $"{named.Length} cgroups in {Root} have the name '{name}': give the path of one, such as {named[0][Root.Length..]}."),
        };
    }

    /// <summary>Returns the folder of a unit of the host's systemd. Units of the same name of users and containers do not count.</summary>
    /// <param name="name">The name, such as <c>nginx</c>, <c>nginx.service</c>, <c>user@1000</c>, <c>system.slice</c>.</param>
    /// <exception cref="HostWatchUnavailableException">There is no such unit that has a cgroup, or there are several.</exception>
    public string FolderOfUnit(string name)
    {
        string unit = UnitName.Complete(name);
        ILookup<bool, string> called = Folders().Where(path => UnitName.OfFolder(Path.GetFileName(path)) == unit).ToLookup(IsOfHost);
        return called[true].ToArray() switch
        {
            [var only] => only,
            [] => throw new HostWatchUnavailableException(
                $"No unit '{unit}' of this host has a cgroup in {Root}: it does not run, or has another name ('systemd-cgls' shows the running units)."
                + (called[false].FirstOrDefault() is { } other
                    ? $" A user or a container has a unit of that name, which can be watched by its path: {other[Root.Length..]}."
                    : "")),
            var several => throw new HostWatchUnavailableException(
                $"{several.Length} cgroups in {Root} have the name of the unit '{unit}': give the path of one, such as {several[0][Root.Length..]}."),
        };

        bool IsOfHost(string path) => path[Root.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries)[..^1].All(UnitName.IsSlice);
    }

    /// <summary>Returns the path of a cgroup below the root.</summary>
    /// <returns>Null if the cgroup has been removed, or was created a moment ago.</returns>
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

    /// <summary>Returns the names in a path. They are cached, since many connections have the same path.</summary>
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
            // The ID of a cgroup is the inode number of its folder (kernfs, on 64-bit machines).
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
                // The cgroup was removed meanwhile, or this process may not read it.
            }
        }
    }

    private static string Unescape(string field) =>
        field.Replace(@"\040", " ", StringComparison.Ordinal).Replace(@"\011", "\t", StringComparison.Ordinal).Replace(@"\134", @"\", StringComparison.Ordinal);
}
