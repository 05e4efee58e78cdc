using Hops.Sharing;

namespace Hops.Host.Watching;

/// <summary>Represents the cgroup that the programs are attached to, and detects its removal, after which they see no connections.</summary>
internal sealed class WatchedCgroup
{
    private const long MillisecondsBetweenLooks = 1000;

    private readonly string _folder;
    private readonly ulong _inode;
    private long _next;
    private volatile bool _isGone;

    public WatchedCgroup(string folder)
    {
        _folder = folder;
        _inode = InodeOf(folder);
    }

    /// <summary>Whether the cgroup was gone at the last check.</summary>
    public bool IsGone => _isGone;

    /// <summary>Checks whether the cgroup is gone, at most once a second.</summary>
    public bool LooksGone()
    {
        if (Environment.TickCount64 >= _next)
        {
            _next = Environment.TickCount64 + MillisecondsBetweenLooks;
            // A new cgroup may have the same name.
            _isGone = _isGone || _inode == 0 || InodeOf(_folder) != _inode;
        }

        return _isGone;
    }

    private static ulong InodeOf(string folder) => FileOwner.TryRead(folder, out FileOwner owner, out _) ? owner.Inode : 0;
}
