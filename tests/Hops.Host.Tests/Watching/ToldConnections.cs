using Hops.Host.Watching;

namespace Hops.Host.Tests.Watching;

/// <summary>The reports of a watch, read as they come, so that they never fill the ring.</summary>
internal static class ToldConnections
{
    /// <summary>Until the watch stops.</summary>
    public static async Task<List<WatchedConnection>> ReadAsync(HostWatch watch, Func<WatchedConnection, bool> isWanted)
    {
        List<WatchedConnection> all = [];
        await foreach (WatchedConnection connection in watch.WithCancellation(TestContext.Current.CancellationToken))
        {
            if (isWanted(connection))
            {
                all.Add(connection);
            }
        }

        return all;
    }
}
