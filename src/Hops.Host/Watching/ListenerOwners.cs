namespace Hops.Host.Watching;

/// <summary>Which process accepts what comes to a port: that which bound it. Where several live ones have, it is not known which of them accepts.</summary>
internal sealed class ListenerOwners
{
    /// <summary>Clients that bind are here, too, until they end: beyond this many all are forgotten, and unknown.</summary>
    private const int Most = 65_536;

    private static readonly UInt128 AnyIpv6 = 0;

    private readonly Dictionary<Listener, Entry> _owners = [];

    public static UInt128 AnyIpv4 { get; } = ReadMapped(0);

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
    public ListenerOwner? Find(Listener local) =>
        Find(local, local.Address) ?? Find(local, AnyIpv6) ?? (IsMapped(local.Address) ? Find(local, AnyIpv4) : null);

    private ListenerOwner? Find(Listener local, UInt128 address)
    {
        if (!_owners.TryGetValue(local with { Address = address }, out Entry? entry))
        {
            return null;
        }

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

    private static bool IsMapped(UInt128 address) => (ulong)address is var start && start == 0 && (uint)(address >> 64) == 0xffff0000;

    private static UInt128 ReadMapped(uint ipv4) => ((UInt128)ipv4 << 96) | ((UInt128)0xffff0000 << 64);

    private sealed class Entry
    {
        public List<ListenerOwner> Owners { get; } = [];

        public long LookedAt { get; set; }
    }
}
