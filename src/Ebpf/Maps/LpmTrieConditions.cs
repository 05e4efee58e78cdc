namespace Ebpf.Maps;

/// <summary>
/// Tests whether the kernel's LPM tries obey <see cref="BpfUpdate.IfAbsent"/> and <see cref="BpfUpdate.IfPresent"/>. Before Linux 6.13 (commit eae6a075e953,
/// backported to some older kernels) they accept these flags and ignore them.
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
