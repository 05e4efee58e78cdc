namespace Hops.Host.Watching;

/// <summary>Which process accepts what comes to a port: that which bound it. Where several live ones have, it is not known which of them accepts.</summary>
internal sealed class ListenerOwners
{
    /// <summary>Clients that bind are here, too, until they end: beyond this many all are forgotten, and unknown.</summary>
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

    /// <summary>The process that accepts what comes to an address, if it is known.</summary>
    public ListenerOwner? Find(Listener local)
    {
        foreach (UInt128 address in Listener.AddressesFor(local.Address))
        {
            // More than one: which of them accepts is not known, and nobody farther off does.
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
        // A single one may have ended: its connections are told a moment later.
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
