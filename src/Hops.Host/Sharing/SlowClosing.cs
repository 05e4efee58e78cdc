using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace Hops.Host.Sharing;

/// <summary>
/// Closes connections with what strangers have sent over them: that may be the last descriptor of something whose close takes as long as the sender likes
/// (<c>SO_LINGER</c>). One thread of its own does it, one after another: on the pool's threads all else of this process would wait behind them. How many wait
/// is bounded by the descriptors that the kernel lets a user have under way (unix(7), ETOOMANYREFS), and by this process's own.
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
