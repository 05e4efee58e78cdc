namespace Ebpf.Maps;

/// <summary>The ring buffers that this process reads, by the kernel's ids, because two objects may refer to the same ring.</summary>
internal static class OpenRings
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<uint> Ids = [];

    /// <returns>False if this process reads it already.</returns>
    public static bool TryAdd(uint id)
    {
        lock (Gate)
        {
            return Ids.Add(id);
        }
    }

    public static void Remove(uint id)
    {
        lock (Gate)
        {
            Ids.Remove(id);
        }
    }
}
