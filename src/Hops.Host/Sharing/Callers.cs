using System.Diagnostics;
using System.Runtime.InteropServices;
using Hops.Common.Interop;
using Microsoft.Win32.SafeHandles;

namespace Hops.Host.Sharing;

/// <summary>
/// Tracks the callers that have been sent the filter and have not received it yet. The kernel counts descriptors in flight against the user who sent them, up
/// to that user's limit of open files, and a sent descriptor cannot be taken back, so callers that never receive would use up the service's limit. Their
/// connections stay open, to see when they have received, and each user gets a share only.
/// </summary>
/// <seealso href="https://man7.org/linux/man-pages/man7/unix.7.html"/>
internal sealed unsafe class Callers : IDisposable
{
    // A user may have this part of the free places. Something is left for the next user, however many users take their whole share.
    private const int Part = 4;

    // Descriptors for the rest of the process.
    private const int Reserve = 32;
    private const ulong UsualLimit = 1024;
    private const int Least = 16;
    private const int Most = 65_536;

    // Sweeps may take 1/Duty of the time.
    private const int Duty = 10;

    private readonly Dictionary<uint, List<SafeFileHandle>> _byUser = [];
    private readonly int _room;
    private int _count;
    private long _nextSweep;

    /// <param name="openFiles">How many files the process may have open.</param>
    // Each caller takes one descriptor, and two are in flight.
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

    /// <param name="user">The user ID of the caller.</param>
    /// <param name="connection">The caller's connection, which this object disposes.</param>
    public void Add(uint user, SafeFileHandle connection)
    {
        ref List<SafeFileHandle>? own = ref CollectionsMarshal.GetValueRefOrAddDefault(_byUser, user, out _);
        (own ??= []).Add(connection);
        _count++;
    }

    /// <summary>Closes the connections of callers that have received the filter, or have closed their end.</summary>
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
    /// Whether something that was sent is still in the peer's queue. A peer that has shut down its end still has the queue, until it closes the socket.
    /// </summary>
    private static bool HasUnread(SafeFileHandle connection)
    {
        int bytes;
        return LibC.Control(connection, LibC.BytesThatPeerHasNotRead, &bytes) == 0 && bytes > 0;
    }
}
