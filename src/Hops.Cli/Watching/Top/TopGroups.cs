using Hops.Host.Watching;

namespace Hops.Cli.Watching.Top;

/// <summary>Groups connections. If there are too many groups, those that were not seen for longest are removed.</summary>
/// <param name="keyOf">Returns the group of a connection.</param>
/// <param name="labelOf">Returns the label of a group, safe for a terminal.</param>
internal sealed class TopGroups<TKey>(Func<WatchedConnection, TKey> keyOf, Func<TKey, string> labelOf)
    where TKey : struct, IEquatable<TKey>
{
    private readonly Dictionary<TKey, TopGroup> _groups = [];
    private long _seen;

    public IReadOnlyCollection<TopGroup> Groups => _groups.Values;

    /// <summary>Gets the number of removed groups.</summary>
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

        // Removes an eighth at once, so that not every new group leads to sorting.
        foreach (TKey key in _groups.OrderBy(static pair => pair.Value.LastSeen).Take(TopTable.MaximumGroups / 8).Select(static pair => pair.Key).ToArray())
        {
            _groups.Remove(key);
            Forgotten++;
        }
    }
}
