using Hops.Host.Watching;

namespace Hops.Cli.Watching.Top;

/// <summary>Connections in groups. Of more groups than fit, those that were not seen for longest are forgotten.</summary>
/// <param name="keyOf">Which group a connection belongs to.</param>
/// <param name="labelOf">How a group is called, safe for a terminal.</param>
internal sealed class TopGroups<TKey>(Func<WatchedConnection, TKey> keyOf, Func<TKey, string> labelOf)
    where TKey : struct, IEquatable<TKey>
{
    private readonly Dictionary<TKey, TopGroup> _groups = [];
    private long _seen;

    public IReadOnlyCollection<TopGroup> Groups => _groups.Values;

    /// <summary>How many were forgotten so far.</summary>
    public long Forgotten { get; private set; }

    public void Add(WatchedConnection connection)
    {
        TKey key = keyOf(connection);
        if (!_groups.TryGetValue(key, out TopGroup? group))
        {
            MakeRoom();
            group = new(labelOf(key), _seen++);
            _groups.Add(key, group);
        }

        group.Add(connection);
    }

    private void MakeRoom()
    {
        if (_groups.Count < TopTable.MaximumGroups)
        {
            return;
        }

        // An eighth at once, so that sorting does not happen for each new group.
        foreach (TKey key in _groups.OrderBy(static pair => pair.Value.LastSeen).Take(TopTable.MaximumGroups / 8).Select(static pair => pair.Key).ToArray())
        {
            _groups.Remove(key);
            Forgotten++;
        }
    }
}
