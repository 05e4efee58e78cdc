namespace Ebpf.Maps;

/// <summary>
/// Whether the kernel's LPM tries heed <see cref="BpfUpdate.IfAbsent"/> and <see cref="BpfUpdate.IfPresent"/>. Before Linux 6.13 (commit eae6a075e953, carried
/// back to some older ones) they take them and write in any case.
/// </summary>
internal static class LpmTrieConditions
{
    private static readonly Lazy<bool> Answer = new(Try, LazyThreadSafetyMode.PublicationOnly);

    /// <exception cref="BpfException">The kernel refused to make a trie.</exception>
    public static bool Hold => Answer.Value;

    private static bool Try()
    {
        using BpfMap<ulong, byte> trie = BpfMap.Create<ulong, byte>(BpfMapType.LpmTrie, 1);
        trie[0] = 1;
        return !trie.TryAddUnchecked(0, 2);
    }
}
