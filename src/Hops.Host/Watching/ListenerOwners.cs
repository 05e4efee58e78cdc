namespace Hops.Host.Watching;

/// <summary>
/// Finds the process that accepts the connections to a port: the one that bound it. If several running processes have bound it, the process is unknown.
/// </summary>
internal sealed class ListenerOwners
{
    /// <summary>The greatest number of entries. Clients that bind have entries, too, until they end. Beyond this number all entries are removed.</summary>
    private const int Most = 65_536;

    private readonly Dictionary<Listener, Entry> _owners = [];

    public void Add(Listener listener, ListenerOwner owner)
    {
        if (!_owners.TryGetValue(listener, out Entry? entry))
        {
            if (_owners.Count >= Most)
            {
                RemoveEnded();
            }

            _owners[listener] = entry = new Entry();
        }

        entry.Owners.RemoveAll(other => other.ProcessId == owner.ProcessId || !Processes.IsThere(other.ProcessId));
        entry.Owners.Add(owner);
    }

    /// <summary>Returns the process that accepts connections to an address, or null if it is unknown.</summary>
    public ListenerOwner? Find(Listener local)
    {
        foreach (UInt128 address in Listener.AddressesFor(local.Address))
        {
            // If there are several owners, it is unknown which one accepts. A listener for a less specific address does not.
            if (_owners.TryGetValue(local with { Address = address }, out Entry? entry))
            {
                return OnlyOf(entry);
            }
        }

        return null;
    }

    public void Clear() => _owners.Clear();

    private static ListenerOwner? OnlyOf(Entry entry)
    {
        // A single owner may have ended already, since its connections are reported a moment later.
        if (entry.Owners.Count > 1 && Environment.TickCount64 is var now && now - entry.LookedAt > 1000)
        {
            entry.Owners.RemoveAll(static owner => !Processes.IsThere(owner.ProcessId));
            entry.LookedAt = now;
        }

        return entry.Owners is [var only] ? only : null;
    }

    private void RemoveEnded()
    {
        foreach ((Listener listener, Entry entry) in _owners)
        {
            entry.Owners.RemoveAll(static owner => !Processes.IsThere(owner.ProcessId));
            if (entry.Owners.Count == 0)
            {
                _owners.Remove(listener);
            }
        }

        if (_owners.Count >= Most)
        {
            _owners.Clear();
        }
    }

    private sealed class Entry
    {
        public List<ListenerOwner> Owners { get; } = [];

        public long LookedAt { get; set; }
    }
}
