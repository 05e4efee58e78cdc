using System.Diagnostics;
using System.Runtime.InteropServices;
using Hops.Common.Interop;
using Microsoft.Win32.SafeHandles;

namespace Hops.Host.Sharing;

/// <summary>
/// The callers that have been sent the filter and have not taken it yet. The kernel counts descriptors that are under way against the user who sent them, up
/// to that one's limit of open files, and what was sent cannot be taken back: callers that never take theirs would use up the service's. So their connections
/// stay open, to see when they do, and each user has a share only.
/// </summary>
/// <seealso href="https://man7.org/linux/man-pages/man7/unix.7.html"/>
internal sealed unsafe class Callers : IDisposable
{
    // A user may have this part of what is free. However many users take all they may, something is left for the next one.
    private const int Part = 4;

    // Of descriptors, for the rest of the process.
    private const int Reserve = 32;
    private const ulong UsualLimit = 1024;
    private const int Least = 16;
    private const int Most = 65_536;

    // Looking through the connections may take this part of the time.
    private const int Duty = 10;

    private readonly Dictionary<uint, List<SafeFileHandle>> _byUser = [];
    private readonly int _room;
    private int _count;
    private long _nextSweep;

    /// <param name="openFiles">How many files the process may have open.</param>
    // Each takes one descriptor, and two are under way.
    public Callers(ulong openFiles) => _room = Math.Max(Least, ((int)Math.Min(openFiles, Most) / 2) - Reserve);

    public bool AreThere => _count > 0;

    /// <summary>The limit of this process (<c>RLIMIT_NOFILE</c>).</summary>
    public static ulong LimitOfOpenFiles()
    {
        LibC.ResourceLimit limit;
        return LibC.GetResourceLimit(LibC.LimitOfOpenFiles, &limit) == 0 ? limit.Soft : UsualLimit;
    }

    public bool HasRoomFor(uint user)
    {
        if (!IsFree(user) && Stopwatch.GetTimestamp() >= _nextSweep)
        {
            Sweep();
        }

        return IsFree(user);
    }

    /// <param name="user">Who it is.</param>
    /// <param name="connection">Belongs to this object from now on.</param>
    public void Add(uint user, SafeFileHandle connection)
    {
        ref List<SafeFileHandle>? own = ref CollectionsMarshal.GetValueRefOrAddDefault(_byUser, user, out _);
        (own ??= []).Add(connection);
        _count++;
    }

    /// <summary>Closes the connections of those who have taken what they were sent, or have gone.</summary>
    public void Sweep()
    {
        long start = Stopwatch.GetTimestamp();
        foreach ((uint user, List<SafeFileHandle> connections) in _byUser)
        {
            _count -= connections.RemoveAll(static connection =>
            {
                if (HasUnread(connection))
                {
                    return false;
                }

                connection.Dispose();
                return true;
            });
            if (connections.Count == 0)
            {
                // Removing does not disturb the enumeration.
                _byUser.Remove(user);
            }
        }

        long now = Stopwatch.GetTimestamp();
        _nextSweep = now + (Duty * (now - start));
    }

    public void Dispose()
    {
        foreach (SafeFileHandle connection in _byUser.Values.SelectMany(static connections => connections))
        {
            connection.Dispose();
        }

        _byUser.Clear();
        _count = 0;
    }

    private bool IsFree(uint user) => (_byUser.TryGetValue(user, out List<SafeFileHandle>? own) ? own.Count : 0) < (_room - _count) / Part;

    /// <summary>
    /// Whether something that was sent is still in the other end's queue. That a peer shut its end down says nothing: the queue stays until it closes.
    /// </summary>
    private static bool HasUnread(SafeFileHandle connection)
    {
        int bytes;
        return LibC.Control(connection, LibC.BytesThatPeerHasNotRead, &bytes) == 0 && bytes > 0;
    }
}
