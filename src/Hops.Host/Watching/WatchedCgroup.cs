using Hops.Sharing;

namespace Hops.Host.Watching;

/// <summary>The cgroup that programs are attached to, and whether it is still there: without it they see nothing, and nobody would notice.</summary>
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

    /// <summary>What the last look told.</summary>
    public bool IsGone => _isGone;

    /// <summary>Looks, at most once a second.</summary>
    public bool LooksGone()
    {
        if (Environment.TickCount64 >= _next)
        {
            _next = Environment.TickCount64 + MillisecondsBetweenLooks;
            // Another may have its name by now.
            _isGone = _isGone || _inode == 0 || InodeOf(_folder) != _inode;
        }

        return _isGone;
    }

    private static ulong InodeOf(string folder) => FileOwner.TryRead(folder, out FileOwner owner, out _) ? owner.Inode : 0;
}
