using Hops.Benchmarks.CgroupThreads;
using Hops.Host.Watching;

namespace Hops.Benchmarks.Watching;

/// <summary>A watch of both ends of a thread's connections. Its records are not read while time is measured, but checked from time to time.</summary>
internal sealed class AttachedWatch(HostWatchOptions options) : IAttached
{
    private readonly HostWatch _watch = HostWatch.Start(options);

    /// <summary>Four records for each connection fit into the ring.</summary>
    public int? MostConnections => 10_000;

    public void Prove(int connections)
    {
        _watch.Stop();
        int told = CountAsync(_watch).GetAwaiter().GetResult();
        int ends = connections * (options.Direction is null ? 2 : 1);
        if (_watch.Lost != 0 || told != ends)
        {
            throw new InvalidOperationException($"The watch told {told} of {ends} ends of connections, and {_watch.Lost} records were lost.");
        }
    }

    public void Dispose() => _watch.Dispose();

    private static async Task<int> CountAsync(HostWatch watch)
    {
        int count = 0;
        await foreach (WatchedConnection connection in watch.ConfigureAwait(false))
        {
            count += connection.Event == ConnectionEvent.Opened ? 1 : 0;
        }

        return count;
    }
}
