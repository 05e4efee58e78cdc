using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace Hops.Host.Sharing;

/// <summary>
/// Closes connections over which strangers have sent something: that may be the last descriptor of a socket whose close takes as long as the sender likes
/// (<c>SO_LINGER</c>). A separate thread closes them one after another, so that the threads of the pool do not wait. Their number is bounded by the descriptors
/// that a user may have in flight (unix(7), ETOOMANYREFS), and by the descriptors of this process.
/// </summary>
internal static class SlowClosing
{
    private static readonly BlockingCollection<SafeFileHandle> Waiting = [];

    static SlowClosing() => new Thread(Close) { IsBackground = true, Name = "closes" }.Start();

    public static void Add(SafeFileHandle connection) => Waiting.Add(connection);

    private static void Close()
    {
        foreach (SafeFileHandle connection in Waiting.GetConsumingEnumerable())
        {
            connection.Dispose();
        }
    }
}
