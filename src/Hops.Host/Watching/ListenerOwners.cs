namespace Hops.Host.Watching;

/// <summary>Which process accepts what comes to a port: that which bound it. Where several live ones have, it is not known which of them accepts.</summary>
internal sealed class ListenerOwners
{
    /// <summary>Clients that bind are here, too, until they end: beyond this many all are forgotten, and unknown.</summary>
    private const int Most = 65_536;

    // The third word of ::ffff:0:0/96.
    private const uint MappedWord = 0xffff0000;

    private static readonly UInt128 AnyIpv6 = 0;

    private readonly Dictionary<Listener, Entry> _owners = [];

    private static readonly UInt128 AnyIpv4 = (UInt128)MappedWord << 64;

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
    /// <remarks>Of those who listen at any address the kernel prefers the one for IPv4 alone; that for IPv6 may be for IPv6 alone.</remarks>
    public ListenerOwner? Find(Listener local)
    {
        ReadOnlySpan<UInt128> addresses = IsMapped(local.Address) ? [local.Address, AnyIpv4, AnyIpv6] : [local.Address, AnyIpv6];
        foreach (UInt128 address in addresses)
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

    private static bool IsMapped(UInt128 address) => (ulong)address == 0 && (uint)(address >> 64) == MappedWord;

    private sealed class Entry
    {
        public List<ListenerOwner> Owners { get; } = [];

        public long LookedAt { get; set; }
    }
}
